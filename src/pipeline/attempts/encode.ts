import type { Deployment } from '../../catalog/index.ts';
import {
  type AnswerContext,
  carriages,
  type Dialect,
  dialects,
  encodeWithinBounds,
  type UpstreamTarget,
  withMembers,
} from '../../dialects/index.ts';
import { type ChatRequest, GatewayError, tighterBounds, type Warning } from '../../inference/index.ts';
import { applyQuirks, boundsFor, type Endpoint } from '../../providers/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';
import type { AnswerReader } from '../reading/answer-reader.ts';
import { embeddingReader, passingReader, translatingReader } from '../reading/readers.ts';

/** A request as one upstream takes it, and how its answer is to be read. */
export type Encoded = {
  readonly body: Buffer;
  /** Beside the endpoint's own, flat. */
  readonly headers: readonly string[];
  readonly reader: AnswerReader;
  readonly warnings: readonly Warning[];
};

/**
 * The received bytes with a splice where the upstream speaks the client's dialect; else, and where a quirk applies,
 * encoded again. Throws a GatewayError for what cannot be put into canonical form, and for what this upstream does not
 * take.
 */
export function encodeFor(exchange: Exchange, endpoint: Endpoint, deployment: Deployment): Encoded | null {
  const { request, dialect } = exchange;
  if (request === null) return null;
  return endpoint.dialect === dialect.id
    ? passOn(exchange, knownTo(deployment, exchange) ?? request, endpoint, deployment)
    : translate(exchange, request, endpoint, deployment);
}

/** The deployment that made what the request refers to knows it. */
function knownTo({ id }: Deployment, { recalled }: Exchange): Received | null {
  return recalled?.deployment === id ? recalled.asReceived : null;
}

type Received = NonNullable<Exchange['request']>;

function passOn(exchange: Exchange, request: Received, endpoint: Endpoint, { upstreamModel }: Deployment): Encoded {
  const { dialect, clampedOutput } = exchange;
  const addUsage = request.stream && !request.includesUsage && endpoint.streamUsage === 'include';
  const field =
    endpoint.outputLimit === 'max_tokens' || request.dialect !== 'openai-chat' ? 'max_tokens' : 'max_completion_tokens';
  const maxOutput = clampedOutput === null ? null : ({ field, tokens: clampedOutput } as const);
  const spliced = dialect.spliceRequest(request, { model: upstreamModel, addUsage, maxOutput });
  const isAsReceived = applyQuirks(endpoint.quirks, request.body) === request.body;
  const body = addressed(endpoint, isAsReceived ? spliced : quirked(endpoint, spliced));
  exchange.passThrough = isAsReceived;
  const context = (): AnswerContext => contextOf(exchange, request);
  if (endpoint.carrier !== null) return carried(exchange, request, endpoint.carrier, body, context);
  const reader = passingReader(dialect, request, context);
  return { body, headers: exchange.forwarded, reader, warnings: NO_WARNINGS };
}

/** Inside another dialect: what the client said in headers stands in the body, and none of them goes along. */
function carried(
  { dialect, forwarded }: Exchange,
  request: Received,
  carrier: keyof typeof carriages,
  body: Buffer,
  context: () => AnswerContext,
): Encoded {
  const { membersOf, eventIn } = carriages[carrier];
  const { members, warnings } = membersOf(forwarded);
  const reader = passingReader(dialect, request, context, { framing: dialects[carrier].framing, eventIn });
  return { body: withMembers(body, members), headers: NO_HEADERS, reader, warnings };
}

const NO_HEADERS: readonly string[] = [];

/** Some addresses want in the body what others want in a header, or say themselves what else the body says. */
function addressed({ members }: Endpoint, body: Buffer): Buffer {
  return members === null ? body : withMembers(body, members);
}

const NO_WARNINGS: readonly Warning[] = [];

function quirked({ quirks }: Endpoint, spliced: Buffer): Buffer {
  return encodeJson(applyQuirks(quirks, JSON.parse(spliced.toString('utf8'))));
}

function translate(exchange: Exchange, request: Received, endpoint: Endpoint, deployment: Deployment): Encoded {
  const upstream: Dialect = dialects[endpoint.carrier ?? endpoint.dialect];
  const target = targetOf(exchange, request, endpoint, deployment);
  exchange.passThrough = false;
  if (upstream.embedding !== null && exchange.dialect.embedding !== null) {
    const wanted = exchange.dialect.embedding.decodeRequest(request);
    const { body, headers, warnings } = upstream.embedding.encodeRequest(wanted, target);
    const reader = embeddingReader(upstream, exchange.dialect, wanted);
    return { body: addressed(endpoint, encodeJson(body)), headers, warnings, reader };
  }
  if (upstream.chat === null) throw new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  const context = contextOf(exchange, request);
  const { body, headers, warnings, renamed } = encodeWithinBounds(upstream.chat, context, target);
  const reader = translatingReader(upstream, exchange.dialect, context, renamed ?? null);
  const bytes = addressed(endpoint, encodeJson(applyQuirks(endpoint.quirks, body)));
  return { body: bytes, headers, warnings, reader };
}

function targetOf(
  { clampedOutput }: Exchange,
  request: Received,
  endpoint: Endpoint,
  { upstreamModel, maxOutput, traits }: Deployment,
): UpstreamTarget {
  return {
    model: upstreamModel,
    maxOutputTokens: clampedOutput ?? request.maxOutput,
    outputLimit: endpoint.outputLimit,
    takes: endpoint.takes,
    facts: { maxOutput, ...traits },
    bounds: tighterBounds(traits.bounds, boundsFor(endpoint, upstreamModel)),
  };
}

/** Decoded once, for the first candidate that needs it. */
function contextOf(exchange: Exchange, request: Received): AnswerContext {
  exchange.canonical ??= decode(exchange.dialect, request);
  return {
    received: exchange.recalled?.asReceived ?? request,
    request: exchange.canonical,
    exchangeId: exchange.id,
    startedS: Math.floor(exchange.startedAtMs / 1000),
  };
}

function decode({ chat }: Dialect, request: Received): ChatRequest {
  if (chat === null) throw new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
  return chat.decodeRequest(request);
}

function encodeJson(body: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(body));
}
