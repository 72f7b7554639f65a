import type { PromptsMode } from '../../inference/index.ts';
import type { HeldBody } from '../../telemetry/index.ts';
import type { Exchange } from '../exchange.ts';
import type { PromptsPolicy, Rooms } from '../rooms.ts';
import { answerOfStream } from './answer-of-stream.ts';
import { askedMode } from './asked-mode.ts';

/** Of either side no more is held: what is kept is cut out of it, its longest texts first. */
const MOST_HELD_BYTES = 4 * 1_048_576;
/** Events take several times the bytes of what they say: so much of a stream is held for each byte that may be kept. */
const STREAM_BYTES_PER_BYTE = 8;

type Held = Pick<Rooms, 'contents' | 'policies'>;

/** Keeps what a call said and was answered, where that is wanted. `body` null: nobody answered. */
export function keepContent(exchange: Exchange, body: Buffer | null, rooms: Held): void {
  const { prompts } = rooms.policies();
  if (prompts === null) return;
  const mode = askedMode(exchange, prompts);
  if (mode === 'off') return;
  const held = body === null ? null : heldBody(body);
  const answer = (): HeldBody | null => (held === null ? null : readFlow(held, exchange));
  handOver({ exchange, mode, policy: prompts, answerBytes: held?.body.length ?? 0, answer }, rooms);
}

/**
 * What flows to a client, while it flows, where it is to be kept. A class, for it is made per stream and its methods run
 * per chunk.
 */
export class FlowCopy {
  readonly #exchange: Exchange;
  readonly #mode: Exclude<PromptsMode, 'off'>;
  readonly #policy: PromptsPolicy;
  readonly #rooms: Held;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #bytes = 0;

  constructor(exchange: Exchange, mode: Exclude<PromptsMode, 'off'>, policy: PromptsPolicy, rooms: Held) {
    this.#exchange = exchange;
    this.#mode = mode;
    this.#policy = policy;
    this.#rooms = rooms;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const most = Math.min(MOST_HELD_BYTES, this.#policy.maxBytes * STREAM_BYTES_PER_BYTE);
    // After a gap nothing: what comes then would be read as a part of what came before.
    const isGapless = this.#heldBytes + chunk.length === this.#bytes && this.#bytes <= most;
    if (!isGapless || !this.#rooms.contents.hold(chunk.length)) return;
    this.#heldBytes += chunk.length;
    this.#chunks.push(Buffer.from(chunk));
  }

  /** Once, when the call is over. */
  close(): void {
    const [exchange, bytes, heldBytes] = [this.#exchange, this.#bytes, this.#heldBytes];
    const body = Buffer.concat(this.#chunks, heldBytes);
    this.#rooms.contents.giveBack(heldBytes);
    const answer = (): HeldBody => readFlow({ body, bytes }, exchange);
    handOver({ exchange, mode: this.#mode, policy: this.#policy, answerBytes: heldBytes, answer }, this.#rooms);
  }
}

/** null: nothing of it is to be kept. */
export function openFlowCopy(exchange: Exchange, rooms: Held): FlowCopy | null {
  const { prompts } = rooms.policies();
  if (prompts === null) return null;
  const mode = askedMode(exchange, prompts);
  return mode === 'off' ? null : new FlowCopy(exchange, mode, prompts, rooms);
}

/** As a plain answer, where the pieces can be put together. */
function readFlow(flow: HeldBody, exchange: Exchange): HeldBody {
  if (exchange.request?.stream !== true) return flow;
  try {
    const answer = answerOfStream(flow.body, exchange);
    if (answer === null) return flow;
    const body = Buffer.from(JSON.stringify(answer));
    const isWhole = flow.body.length === flow.bytes;
    return { body, bytes: isWhole ? body.length : Math.max(flow.bytes, body.length + 1) };
  } catch {
    // An answer that its own dialect cannot read is kept as it came.
    return flow;
  }
}

type Handed = {
  readonly exchange: Exchange;
  readonly mode: Exclude<PromptsMode, 'off'>;
  readonly policy: PromptsPolicy;
  readonly answerBytes: number;
  readonly answer: () => HeldBody | null;
};

function handOver({ exchange, mode, policy, answerBytes, answer }: Handed, { contents }: Held): void {
  const received = exchange.recalled?.asReceived ?? exchange.request;
  if (received === null) return;
  const request = heldBody(received.bytes);
  const heldBytes = request.body.length + answerBytes;
  if (!contents.hold(heldBytes)) {
    contents.lose();
    return;
  }
  contents.take({
    id: exchange.id,
    startedAtMs: exchange.startedAtMs,
    mode,
    dialect: exchange.dialect.id,
    request,
    answer,
    maxBytes: policy.maxBytes,
    heldBytes,
  });
}

/** A copy: what it is a part of may be a connection's whole read. */
function heldBody(bytes: Buffer): HeldBody {
  return { body: Buffer.from(bytes.subarray(0, MOST_HELD_BYTES)), bytes: bytes.length };
}
