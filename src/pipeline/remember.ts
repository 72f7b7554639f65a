import type { StoredResponse } from '../conversation/index.ts';
import type { Dialect, ReceivedRequest, WireEvent } from '../dialects/index.ts';
import { type Caller, GatewayError } from '../inference/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../std/index.ts';
import type { Answer } from './attempts/answer.ts';
import type { Exchange } from './exchange.ts';
import type { Rooms } from './rooms.ts';

/** Puts what was said before in front of a request that refers to it. Throws where this tenant has no such response. */
export async function recall(exchange: Exchange, rooms: Pick<Rooms, 'conversations'>): Promise<void> {
  const { request, key, dialect, localTurns } = exchange;
  if (request === null || key === null) return;
  const recalled = await withHistory(
    request,
    dialect,
    (id) => localTurns?.find(id) ?? rooms.conversations.find(key.caller.keyId, id),
  );
  if (recalled === null) return;
  exchange.recalled = { asReceived: request, deployment: recalled.madeBy };
  exchange.request = recalled.request;
}

/** The same for a request that is only looked at. */
export async function recallFor(
  request: ReceivedRequest,
  dialect: Dialect,
  { keyId }: Caller,
  { conversations }: Pick<Rooms, 'conversations'>,
): Promise<ReceivedRequest> {
  const recalled = await withHistory(request, dialect, (id) => conversations.find(keyId, id));
  return recalled?.request ?? request;
}

type Turns = readonly StoredResponse[] | null;

/** null: the request refers to nothing. */
async function withHistory(
  request: ReceivedRequest,
  { threading }: Dialect,
  find: (id: string) => Turns | Promise<Turns>,
): Promise<{ readonly request: ReceivedRequest; readonly madeBy: StoredResponse['deployment'] } | null> {
  const id = threading?.previousId(request) ?? null;
  if (threading === null || id === null) return null;
  const turns = await find(id);
  const last = turns?.at(-1);
  if (turns === null || last === undefined) {
    throw new GatewayError('previous_response_not_found', `Previous response with id '${id}' not found.`, {
      param: 'previous_response_id',
    });
  }
  return { request: threading.withHistory(request, turns), madeBy: last.deployment };
}

/** Keeps the answer if its caller asked for that; resolves when it can be found, or with a line in the log. */
export async function remember(
  exchange: Exchange,
  answer: Answer,
  events: readonly WireEvent[],
  rooms: Rooms,
): Promise<void> {
  const stored = turnOf(exchange, answer, events);
  if (stored === null) return;
  exchange.localTurns?.keep(stored);
  if (!wantsKeeping(exchange)) return;
  try {
    await rooms.conversations.save(stored);
  } catch (error) {
    rooms.log.error('a response could not be kept', { id: exchange.id, error });
  }
}

/** The client will refer to the answer: any time, or on this connection. */
export function isKept(exchange: Exchange): boolean {
  return exchange.localTurns !== null || wantsKeeping(exchange);
}

function wantsKeeping({ request, dialect }: Exchange): boolean {
  return request !== null && dialect.threading?.isKept(request) === true;
}

function turnOf(exchange: Exchange, answer: Answer, events: readonly WireEvent[]): StoredResponse | null {
  const { request, recalled, key, dialect } = exchange;
  const { threading } = dialect;
  const received = recalled?.asReceived ?? request;
  if (received === null || key === null || threading === null) return null;
  const response =
    answer.kind === 'whole' && !received.stream ? objectIn(answer.body) : firstOf(events, threading.ending);
  const id = response?.['id'];
  if (response === null || typeof id !== 'string') return null;
  return {
    id,
    tenant: key.caller.keyId,
    previousId: threading.previousId(received),
    // An upstream forgets at once what it was not asked to keep, though this connection remembers it.
    deployment: exchange.passThrough && wantsKeeping(exchange) ? answer.deployment.id : null,
    createdAtMs: exchange.startedAtMs,
    input: threading.inputOf(received),
    response,
  };
}

function firstOf(events: readonly WireEvent[], read: (event: WireEvent) => JsonObject | null): JsonObject | null {
  for (const event of events) {
    const response = read(event);
    if (response !== null) return response;
  }
  return null;
}

function objectIn(body: Buffer): JsonObject | null {
  const parsed = parseJson(body);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}
