import type { Deployment } from '../../catalog/index.ts';
import { loadDialect } from '../../dialects/index.ts';
import type { DialectId } from '../../inference/index.ts';
import { applyQuirks, classify, type Endpoint, type UpstreamCall } from '../../providers/index.ts';
import type { Probed } from '../../routing/index.ts';
import type { Rooms } from '../rooms.ts';
import { pathOf } from '../sending/upstream-call.ts';
import { type Asked, askUpstream } from './ask-upstream.ts';

/** How a deployment was asked: for its provider's list of models, with a chat, or not at all. */
export type ProbeWay = 'models' | 'chat' | 'none';

export type Probe = {
  readonly way: ProbeWay;
  readonly found: Probed;
  /** It met a rate limit, or had no answer in time: another probe may find the deployment well. */
  readonly transient: boolean;
  /** The upstream's; null: it gave none. */
  readonly status: number | null;
  readonly tookMs: number;
  /** What went wrong, without addresses and secrets; null: nothing. */
  readonly message: string | null;
};

export type ProbeRooms = Pick<Rooms, 'policies' | 'transportOf' | 'clock'>;

const NOT_ASKED: Probe = Object.freeze({
  way: 'none',
  found: 'unknown',
  transient: false,
  status: null,
  tookMs: 0,
  message: null,
});
const TIMEOUTS = { connectMs: 5_000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 15_000 };
const UNAUTHORIZED = 401;

/** For nothing: whether its provider answers, and knows the credential. */
export async function probeModels(deployment: Deployment, rooms: ProbeRooms): Promise<Probe> {
  const endpoint = chatEndpointOf(deployment, rooms);
  if (endpoint === null || endpoint.modelsPath === null || endpoint.takesCallerKey || endpoint.sandbox)
    return NOT_ASKED;
  const { origin, headers, modelsPath } = endpoint;
  const call: UpstreamCall = { origin, path: modelsPath, method: 'GET', headers, body: null, timeouts: TIMEOUTS };
  return timed('models', call, endpoint, deployment, rooms, foundInList);
}

/** 403 and 404 are a key that may do anything but list, and a server without lists. */
function foundInList(asked: Asked): Pick<Probe, 'found' | 'message'> {
  if (asked.kind === 'failure') return { found: 'failed', message: `It ${asked.failure.message}.` };
  if (asked.kind === 'no-credential') return { found: 'credential', message: 'There is no credential.' };
  const { status } = asked;
  if (status >= 200 && status < 300) return { found: 'well', message: null };
  const message = `It answered with status ${status}.`;
  return { found: status === UNAUTHORIZED ? 'credential' : status >= 500 ? 'failed' : 'unknown', message };
}

/** At the operator's cost, and in no books: a chat of one token. */
export async function probeChat(deployment: Deployment, rooms: ProbeRooms): Promise<Probe> {
  const endpoint = chatEndpointOf(deployment, rooms);
  const call = endpoint === null || endpoint.takesCallerKey ? null : await chatCall(endpoint, deployment);
  return endpoint === null || call === null ? NOT_ASKED : timed('chat', call, endpoint, deployment, rooms, foundInChat);
}

function foundInChat(asked: Asked): Pick<Probe, 'found' | 'message'> {
  if (asked.kind !== 'answer') return foundInList(asked);
  const { cause, verdict, cooldown } = classify(asked);
  if (verdict === 'answered') return { found: 'well', message: null };
  const message = `It answered with status ${asked.status}.`;
  if (cause === 'credential') return { found: 'credential', message };
  if (cause === 'rate_limit') return { found: 'unknown', message };
  // What it has against so short a request is no fault of its own.
  return { found: cooldown ? 'failed' : verdict === 'stop' ? 'well' : 'unknown', message };
}

const ONE_TOKEN = Buffer.from('{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":1}');

async function chatCall(endpoint: Endpoint, deployment: Deployment): Promise<UpstreamCall | null> {
  const { chat } = await loadDialect(endpoint.carrier ?? endpoint.dialect);
  const asking = await loadDialect(CHAT);
  if (chat === null || asking.chat === null) return null;
  const received = asking.readRequest(ONE_TOKEN, { model: null, stream: null, framing: 'sse' });
  const { upstreamModel: model, maxOutput, traits } = deployment;
  const { outputLimit, takes } = endpoint;
  const target = { model, maxOutputTokens: 1, outputLimit, takes, facts: { maxOutput, ...traits } };
  const { body, headers } = chat.encodeRequest(asking.chat.decodeRequest(received), target);
  return {
    origin: endpoint.origin,
    path: pathOf(endpoint.path, deployment),
    method: 'POST',
    headers: [...endpoint.headers, ...headers],
    body: Buffer.from(JSON.stringify({ ...applyQuirks(endpoint.quirks, body), ...endpoint.members })),
    timeouts: TIMEOUTS,
  };
}

async function timed(
  way: ProbeWay,
  call: UpstreamCall,
  endpoint: Endpoint,
  deployment: Deployment,
  rooms: ProbeRooms,
  foundIn: (asked: Asked) => Pick<Probe, 'found' | 'message'>,
): Promise<Probe> {
  const startedMs = rooms.clock.monotonicMs();
  const asked = await askUpstream(call, endpoint, deployment, rooms);
  const tookMs = rooms.clock.monotonicMs() - startedMs;
  const status = asked.kind === 'answer' ? asked.status : null;
  return { way, status, transient: isTransient(asked), tookMs, ...foundIn(asked) };
}

const TRANSIENT_STATUSES: readonly number[] = [408, 429];

function isTransient(asked: Asked): boolean {
  if (asked.kind === 'failure') return asked.failure.kind.endsWith('-timeout');
  return asked.kind === 'answer' && TRANSIENT_STATUSES.includes(asked.status);
}

const CHAT: DialectId = 'openai-chat';
const EMBEDDINGS: DialectId = 'openai-embeddings';

function chatEndpointOf(deployment: Deployment, { policies }: ProbeRooms): Endpoint | null {
  const { endpointOf } = policies();
  return endpointOf(deployment, CHAT) ?? endpointOf(deployment, EMBEDDINGS);
}
