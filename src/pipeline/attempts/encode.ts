import type { Deployment } from '../../catalog/index.ts';
import {
  type AnswerContext,
  carriages,
  type Dialect,
  encodeWithinBounds,
  loadedDialect,
  tierMembers,
  type UpstreamTarget,
  withMembers,
  withoutMembers,
} from '../../dialects/index.ts';
import { type ChatRequest, GatewayError, tighterBounds, type Warning } from '../../inference/index.ts';
import { applyQuirks, boundsFor, type Endpoint } from '../../providers/index.ts';
import { membersKeptFrom } from '../../routing/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';
import { untoldTier, upstreamNameOf, wantsWishes, withWishes } from '../planning/wishes.ts';
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
 * The received bytes with a splice where the upstream speaks the client's dialect; else, and where a quirk applies or
 * the model's name wishes for something, encoded again. What is for this gateway alone stays here. Throws a
 * GatewayError for what cannot be put into canonical form, and for what this upstream does not take.
 */
export function encodeFor(exchange: Exchange, endpoint: Endpoint, deployment: Deployment): Encoded | null {
  const { request, dialect } = exchange;
  if (request === null) return null;
  if (endpoint.dialect !== dialect.id || wantsWishes(exchange, endpoint, deployment))
    return translate(exchange, request, endpoint, deployment);
  const kept = membersKeptFrom(endpoint.routesBy, exchange.preferences.ownMembers);
  const known = knownTo(deployment, exchange) ?? request;
  return passOn(exchange, kept.length === 0 ? known : withoutMembers(known, kept), endpoint, deployment);
}

/** The deployment that made what the request refers to knows it. */
function knownTo({ id }: Deployment, { recalled }: Exchange): Received | null {
  return recalled?.deployment === id ? recalled.asReceived : null;
}

type Received = NonNullable<Exchange['request']>;

function passOn(exchange: Exchange, request: Received, endpoint: Endpoint, deployment: Deployment): Encoded {
  const { dialect, clampedOutput } = exchange;
  const isAsked = request.includesUsage && request.tellsCost !== true;
  const addUsage = request.stream && !isAsked && endpoint.streamUsage === 'include';
  const field =
    endpoint.outputLimit === 'max_tokens' || request.dialect !== 'openai-chat' ? 'max_tokens' : 'max_completion_tokens';
  const maxOutput = clampedOutput === null ? null : ({ field, tokens: clampedOutput } as const);
  const model = upstreamNameOf(deployment, endpoint, exchange);
  const spliced = dialect.spliceRequest(request, { model, addUsage, maxOutput });
  const isAsReceived = applyQuirks(endpoint.quirks, request.body) === request.body;
  const whole = addressed(endpoint, isAsReceived ? spliced : quirked(endpoint, spliced));
  const body = atItsTier(request, deployment, whole);
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
  const { framing, membersOf, eventIn } = carriages[carrier];
  const { members, warnings } = membersOf(forwarded);
  const reader = passingReader(dialect, request, context, { framing, eventIn });
  return { body: withMembers(body, members), headers: NO_HEADERS, reader, warnings };
}

const NO_HEADERS: readonly string[] = [];

/** Some addresses want in the body what others want in a header, or say themselves what else the body says. */
function addressed({ members }: Endpoint, body: Buffer): Buffer {
  return members === null ? body : withMembers(body, members);
}

/** The tier that the plan chose the deployment for, said in the body. */
function atItsTier(request: Received, deployment: Deployment, body: Buffer): Buffer {
  const tier = untoldTier(request, deployment);
  const members = tier === null ? null : tierMembers(request.dialect, tier);
  return members === null ? body : withMembers(body, members);
}

const NO_WARNINGS: readonly Warning[] = [];

function quirked({ quirks }: Endpoint, spliced: Buffer): Buffer {
  return encodeJson(applyQuirks(quirks, JSON.parse(spliced.toString('utf8'))));
}

function translate(exchange: Exchange, request: Received, endpoint: Endpoint, deployment: Deployment): Encoded {
  const upstream = loadedDialect(endpoint.carrier ?? endpoint.dialect);
  const target = targetOf(exchange, request, endpoint, deployment);
  exchange.passThrough = false;
  if (upstream === null) throw failed();
  if (upstream.embedding !== null && exchange.dialect.embedding !== null) {
    const wanted = exchange.dialect.embedding.decodeRequest(withoutMembers(request, exchange.preferences.ownMembers));
    const { body, headers, warnings } = upstream.embedding.encodeRequest(wanted, target);
    const reader = embeddingReader(upstream, exchange.dialect, wanted);
    return { body: addressed(endpoint, encodeJson(body)), headers, warnings, reader };
  }
  if (upstream.chat === null) throw failed();
  const context = contextOf(exchange, request);
  const wanted = { ...context, request: withWishes(context.request, exchange, endpoint, deployment) };
  const { body, headers, warnings, renamed } = encodeWithinBounds(upstream.chat, wanted, target);
  const reader = translatingReader(upstream, exchange.dialect, context, renamed ?? null);
  const whole = { ...applyQuirks(endpoint.quirks, body), ...routingWords(exchange, request, endpoint) };
  return { body: addressed(endpoint, encodeJson(whole)), headers, warnings, reader };
}

/** What no canonical form holds: the words of a request that the upstream routes by, in whatever dialect they came. */
function routingWords({ preferences }: Exchange, { body }: Received, { routesBy }: Endpoint): JsonObject {
  const { ownMembers } = preferences;
  if (routesBy === null || ownMembers.length === 0) return NO_MEMBERS;
  const kept = membersKeptFrom(routesBy, ownMembers);
  return Object.fromEntries(ownMembers.flatMap((name) => (kept.includes(name) ? [] : [[name, body[name]]])));
}

const NO_MEMBERS: JsonObject = {};

function targetOf(exchange: Exchange, request: Received, endpoint: Endpoint, deployment: Deployment): UpstreamTarget {
  const { clampedOutput } = exchange;
  const { maxOutput, traits } = deployment;
  return {
    model: upstreamNameOf(deployment, endpoint, exchange),
    maxOutputTokens: clampedOutput ?? request.maxOutput,
    outputLimit: endpoint.outputLimit,
    takes: deployment.tierPrices === undefined ? endpoint.takes : [...endpoint.takes, 'service_tier'],
    facts: { maxOutput, ...traits },
    bounds: tighterBounds(traits.bounds, boundsFor(endpoint, deployment.upstreamModel)),
  };
}

/** Decoded once, for the first candidate that needs it. */
export function contextOf(exchange: Exchange, request: Received): AnswerContext {
  exchange.canonical ??= decode(exchange.dialect, withoutMembers(request, exchange.preferences.ownMembers));
  return {
    received: exchange.recalled?.asReceived ?? request,
    request: exchange.canonical,
    exchangeId: exchange.id,
    startedS: Math.floor(exchange.startedAtMs / 1000),
  };
}

function decode({ chat }: Dialect, request: Received): ChatRequest {
  if (chat === null) throw failed();
  return chat.decodeRequest(request);
}

function failed(): GatewayError {
  return new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
}

function encodeJson(body: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(body));
}
