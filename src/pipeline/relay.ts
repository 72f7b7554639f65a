import type { WireEvent } from '../dialects/index.ts';
import { GatewayError } from '../inference/index.ts';
import { estimateUsage, type Observation } from '../metering/index.ts';
import type { TransportFailure } from '../providers/index.ts';
import { formatUsd } from '../std/index.ts';
import type { Answer, Flow } from './attempts/answer.ts';
import { answerQuality } from './attempts/answer-quality.ts';
import { endAnswered } from './attempts/end-attempt.ts';
import type { Exchange } from './exchange.ts';
import type { BearingStream } from './explain/bearing-stream.ts';
import { openToldStream, toldBody } from './explain/told-answer.ts';
import { STREAM_HEADERS } from './keep-alive.ts';
import { type FlowCopy, keepContent, openFlowCopy } from './keeping/keep-content.ts';
import { isKept, remember } from './remember.ts';
import type { Reply } from './reply.ts';
import type { Rooms } from './rooms.ts';
import type { Ending, Settled, Settlement } from './settle.ts';

/** A client that takes nothing for this long while bytes wait for it has stalled: both sides are closed. */
const STALLED_READER_MS = 60_000;

type Flowing = Answer & { readonly kind: 'flowing' };

/** The answer to the client: its bytes as they came, observed on the way, the books written before the last of them. */
export function relay(exchange: Exchange, answer: Answer, settlement: Settlement, rooms: Rooms): void {
  if (answer.kind === 'whole') relayWhole(exchange, answer, settlement, rooms);
  else relayFlow(exchange, answer, settlement, rooms);
}

function relayWhole(
  exchange: Exchange,
  answer: Answer & { kind: 'whole' },
  settlement: Settlement,
  rooms: Rooms,
): void {
  const { reply } = exchange;
  const ending = endingOf(exchange, answer, answer.observation, answer.body.length);
  endAnswered(exchange, answer, ending, rooms);
  const gone = reply.isGone();
  const settled = gone ? { ...ending, outcome: 'disconnected' as const, status: 499 } : ending;
  settlement.settle(
    settled,
    afterKeeping(
      exchange,
      answer,
      rooms,
      () => [],
      (cost, error) => {
        if (error === null) keepContent(exchange, answer.body, rooms);
        if (reply.isGone()) return;
        if (error !== null) return unbooked(exchange, error);
        const body = toldBody(exchange, answer.body, answer.deployment, rooms);
        // A comment went ahead: the answer is a stream that came whole.
        if (reply.isBegun()) return reply.end(body);
        exchange.headers.push('content-type', answer.contentType === '' ? 'application/json' : answer.contentType);
        exchange.headers.push('content-length', String(body.length), 'x-litellm-response-cost', formatUsd(cost));
        reply.begin(answer.status, exchange.headers);
        reply.end(body);
      },
    ),
  );
}

/** What its caller wants kept can be found when the answer is complete. */
function afterKeeping(
  exchange: Exchange,
  answer: Answer,
  rooms: Rooms,
  events: () => readonly WireEvent[],
  then: Settled,
): Settled {
  if (!isKept(exchange)) return then;
  return (cost, error) => void remember(exchange, answer, events(), rooms).then(() => then(cost, error));
}

/** The books could not be written: the answer is not handed out, for it could not be accounted for. */
function unbooked({ reply, dialect, headers }: Exchange, cause: Error): void {
  if (reply.isBegun()) {
    reply.cut();
    return;
  }
  const error = new GatewayError(
    'ledger_unavailable',
    'The journal cannot be written; the answer cannot be accounted for.',
    { cause },
  );
  const body = dialect.encodeError(error);
  reply.begin(error.status, ['content-type', 'application/json', 'content-length', String(body.length), ...headers]);
  reply.end(body);
}

function relayFlow(exchange: Exchange, answer: Flowing, settlement: Settlement, rooms: Rooms): void {
  const { reply } = exchange;
  const { flow, observer } = answer;
  const told = openToldStream(exchange, answer.deployment, rooms);
  const copy = openFlowCopy(exchange, rooms);
  let responseBytes = 0;
  const brake = brakeFor(reply, flow);
  let [booked, ended] = [false, false];

  const finish = (change: Partial<Ending>, then: () => void, isCallersLimit = false): void => {
    const observation = observer?.observation() ?? unobserved(responseBytes);
    const ending = { ...endingOf(exchange, answer, observation, responseBytes), ...change };
    if (!settlement.isSettled()) endAnswered(exchange, answer, ending, rooms, isCallersLimit);
    const events = () => observer?.endings?.() ?? [];
    settlement.settle(ending, afterKeeping(exchange, answer, rooms, events, whenBooked(exchange, copy, then)));
  };
  const write = (chunk: Buffer): void => {
    responseBytes += chunk.length;
    copy?.push(chunk);
    if (!reply.write(chunk)) brake.pull();
  };
  const clientGone = (): void => {
    brake.release();
    flow.abort();
    finish({ outcome: 'disconnected', status: 499 }, () => undefined);
  };
  reply.whenGone(clientGone);
  reply.whenDrained(() => {
    brake.release();
    flow.resume();
  });
  // The terminal event's bytes wait for the books; what comes after it waits with them.
  const complete = (): void => {
    booked = true;
    if (reply.isGone()) return;
    const held = lastBytes(answer, told);
    if (ended) endWith(held, reply, copy);
    else if (held !== null) write(held);
  };
  const upstreamEnded = (): void => {
    ended = true;
    if (!settlement.isSettled()) finish({}, complete);
    else if (booked) reply.end(heldFor(answer));
  };

  exchange.flowing = observer ?? UNKNOWN;
  if (!reply.isBegun())
    reply.begin(answer.status, ['content-type', answer.contentType, ...STREAM_HEADERS, ...exchange.headers]);
  if (reply.isGone()) {
    clientGone();
    return;
  }
  flow.attach({
    onBytes: told === null ? write : writing(told, write),
    onTerminal: () => {
      if (!settlement.isSettled()) finish({}, complete);
    },
    onEnd: upstreamEnded,
    onFailure: (failure) => {
      // After the terminal event the answer is whole, however the connection ends.
      if (settlement.isSettled()) return upstreamEnded();
      const error = brokenOff(failure);
      const then = (): void => breakOff(exchange, answer, error, told);
      finish({ outcome: 'failed', status: error.status, error }, then, failure.isCallersLimit);
    },
  });
}

function whenBooked(exchange: Exchange, copy: FlowCopy | null, then: () => void): Settled {
  return (_cost, error) => {
    if (error === null) then();
    else unbooked(exchange, error);
    copy?.close();
  };
}

function endWith(held: Buffer | null, reply: Reply, copy: FlowCopy | null): void {
  if (held !== null) copy?.push(held);
  reply.end(held);
}

function writing(told: BearingStream, write: (chunk: Buffer) => void): (chunk: Buffer) => void {
  return (chunk) => {
    const passed = told.push(chunk);
    if (passed !== null) write(passed);
  };
}

/** What the books were waited for with. */
function lastBytes(answer: Flowing, told: BearingStream | null): Buffer | null {
  const held = heldFor(answer);
  return told === null ? held : told.end(held);
}

function heldFor({ flow, observer }: Flowing): Buffer | null {
  return flow.forClient(observer?.takeHeld() ?? null);
}

/** Holds the upstream while the client reads slowly, and cuts a client that has stalled. */
function brakeFor(reply: Reply, flow: Flow): { readonly pull: () => void; readonly release: () => void } {
  let stalled: NodeJS.Timeout | null = null;
  return {
    pull: () => {
      if (stalled !== null) return;
      flow.pause();
      stalled = setTimeout(() => reply.cut(), STALLED_READER_MS);
    },
    release: () => {
      if (stalled !== null) clearTimeout(stalled);
      stalled = null;
    },
  };
}

/** An error event and no clean end: the client must not take half an answer for a whole one. */
function breakOff(
  { reply, dialect, request }: Exchange,
  answer: Answer,
  error: GatewayError,
  told: BearingStream | null,
): void {
  if (reply.isGone()) return;
  const waiting = told?.release() ?? null;
  if (waiting !== null) reply.write(waiting);
  if (request?.stream === true && answer.kind === 'flowing' && answer.observer !== null)
    reply.end(dialect.encodeErrorEvent(error, request.framing));
  else reply.cut();
}

function brokenOff(failure: TransportFailure): GatewayError {
  const timeout = failure.kind.endsWith('-timeout');
  return new GatewayError(
    timeout ? 'upstream_timeout' : 'upstream_ended',
    `The upstream broke off in the middle of the answer: it ${failure.message}.`,
  );
}

function endingOf(exchange: Exchange, answer: Answer, observation: Observation, responseBytes: number): Ending {
  const requestBytes = exchange.request?.bytes.length ?? 0;
  return {
    outcome: observation.error !== null && observation.finishReason === null ? 'failed' : 'completed',
    status: answer.status,
    error: null,
    usage: observation.usage ?? estimateUsage(requestBytes, observation.contentBytes),
    deployment: answer.deployment,
    serviceTier: observation.serviceTier,
    quality: answerQuality(exchange, observation),
    upstreamId: observation.upstreamId,
    answeredModel: observation.model,
    finishReason: observation.finishReason,
    firstByteAtMs: answer.firstByteAtMs,
    responseBytes,
  };
}

/** Where nobody looks at the bytes nothing may be put between them. */
const UNKNOWN = { isBetweenEvents: () => false };

/** A plain answer too long to be held: all of its bytes count as content. */
function unobserved(responseBytes: number): Observation {
  return {
    usage: null,
    upstreamId: null,
    model: null,
    finishReason: null,
    serviceTier: null,
    contentBytes: responseBytes,
    calls: [],
    texts: [],
    error: null,
  };
}
