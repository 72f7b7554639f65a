import type { Deployment } from '../../catalog/index.ts';
import { type CountedDialect, type Dialect, type TokenCounting, tokenCountings } from '../../dialects/index.ts';
import type { ChatRequest } from '../../inference/index.ts';
import {
  applyQuirks,
  type Endpoint,
  type UpstreamCall,
  type UpstreamHandle,
  type UpstreamSink,
} from '../../providers/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../std/index.ts';
import type { Rooms } from '../rooms.ts';
import { headersFor, pathOf, whenSigned } from '../sending/upstream-call.ts';

/** A count is asked for on the way to something else: nobody waits long for it. */
const TIME_LIMIT_MS = 10_000;
/** Of an answer that is one number. */
const MAX_ANSWER_BYTES = 65_536;

/** What a count needs to know of the request that it came with. */
export type CountAsked = {
  readonly dialect: Dialect;
  /** Headers that go upstream with a request in the dialect it came in, flat. */
  readonly forwarded: readonly string[];
  readonly foreignCredential: string | null;
};

/** What the deployment's own provider counts; null: it does not count, or did not answer with a number in time. */
export async function countAtProvider(
  request: ChatRequest,
  deployment: Deployment,
  asked: CountAsked,
  rooms: Pick<Rooms, 'policies' | 'transportOf'>,
): Promise<number | null> {
  for (const [id, load] of Object.entries(tokenCountings)) {
    const endpoint = rooms.policies().endpointOf(deployment, id as CountedDialect);
    // One that stands for the dialect has a counter of another kind, which comes up in its own turn.
    if (endpoint === null || endpoint.dialect !== id || endpoint.countPath === null) continue;
    const counting = await load();
    const body = await ask(request, deployment, endpoint, counting, asked, rooms);
    return body === null ? null : counting.decodeResponse(body);
  }
  return null;
}

function ask(
  request: ChatRequest,
  deployment: Deployment,
  endpoint: Endpoint,
  counting: TokenCounting,
  { dialect, forwarded, foreignCredential }: CountAsked,
  { transportOf }: Pick<Rooms, 'transportOf'>,
): Promise<JsonObject | null> {
  const { upstreamModel, maxOutput, traits, timeouts } = deployment;
  const target = {
    model: upstreamModel,
    maxOutputTokens: request.maxOutputTokens,
    outputLimit: endpoint.outputLimit,
    facts: { maxOutput, ...traits },
  };
  const { body, headers } = counting.encodeRequest(request, target);
  const further = dialect.id === endpoint.dialect ? forwarded : headers;
  const call = {
    origin: endpoint.origin,
    path: pathOf(endpoint.countPath ?? endpoint.path, deployment),
    method: 'POST' as const,
    headers: headersFor({ foreignCredential }, endpoint, further),
    body: Buffer.from(JSON.stringify(applyQuirks(endpoint.quirks, body))),
    timeouts: { ...timeouts, firstByteMs: TIME_LIMIT_MS, totalMs: TIME_LIMIT_MS },
  };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isAnswered = false;
    const sink: UpstreamSink = {
      onHead: (status) => {
        isAnswered = status === 200;
      },
      onData: (chunk) => {
        bytes += chunk.length;
        if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
        else handle?.abort();
      },
      onEnd: () => resolve(isAnswered ? objectIn(Buffer.concat(chunks)) : null),
      onFailure: () => resolve(null),
    };
    let handle: UpstreamHandle | null = null;
    const send = (signed: UpstreamCall): void => {
      handle = transportOf(deployment).send(signed, sink);
    };
    if (endpoint.sign === null) send(call);
    else void whenSigned(call, endpoint.sign, send, () => resolve(null));
  });
}

function objectIn(bytes: Buffer): JsonObject | null {
  const parsed = parseJson(bytes);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}
