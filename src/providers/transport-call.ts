import { AnswerHeaders, type ParsedHeaders } from './answer-headers.ts';
import { type Deadlines, TICK_MS, type Timed } from './deadlines.ts';
import { type Decompressor, isIdentity, openDecompressor } from './decompressor.ts';
import type { Connection, ConnectionUser } from './transport-connection.ts';
import {
  connectFailure,
  failureReason,
  failureWords,
  isCallersLimit,
  type MissedDeadline,
  missedWords,
} from './transport-failure.ts';
import type { Lane } from './transport-lane.ts';
import type { TransportFailure, UpstreamCall, UpstreamHandle, UpstreamSink } from './upstream.ts';

/**
 * One call under way: the connection's user, the caller's handle and the entry in the deadlines in one object. A
 * class, because it is made for every request: one allocation with methods on the prototype instead of a closure each.
 */
export class TransportCall implements ConnectionUser, UpstreamHandle, Timed {
  slot = -1;
  readonly #call: UpstreamCall;
  readonly #sink: UpstreamSink;
  readonly #lane: Lane;
  readonly #connection: Connection;
  readonly #deadlines: Deadlines;
  readonly #startedMs: number;
  readonly #isReused: boolean;
  #decompressor: Decompressor | null = null;
  #lastDataMs: number;
  /** No sink may be called before the caller has the handle. */
  #isDispatching = true;
  #isStarted = false;
  #isDone = false;
  #isReleased = false;
  #isPaused = false;
  #hasHead = false;
  #hasData = false;
  #hasContent = false;

  constructor(call: UpstreamCall, sink: UpstreamSink, lane: Lane, deadlines: Deadlines) {
    this.#call = call;
    this.#sink = sink;
    this.#lane = lane;
    this.#connection = lane.acquire();
    this.#deadlines = deadlines;
    this.#isReused = this.#connection.served > 0;
    this.#startedMs = deadlines.refresh();
    this.#lastDataMs = this.#startedMs;
  }

  dispatch(): void {
    this.#deadlines.add(this);
    const pieces = this.#lane.encode(this.#call);
    if (pieces === null) this.#fail('connect', 'a header or the path cannot be sent in HTTP/1.1');
    else this.#connection.send(this, { method: this.#call.method, pieces });
    this.#isDispatching = false;
  }

  // The caller's side.

  abort(): void {
    this.#fail('aborted', '');
  }

  pause(): void {
    this.#isPaused = true;
    this.#decompressor?.pause();
    if (!this.#isReleased) this.#connection.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#lastDataMs = this.#deadlines.nowMs();
    this.#decompressor?.resume();
    this.#resumeSoon();
  }

  contentSeen(): void {
    this.#hasContent = true;
    this.#lastDataMs = this.#deadlines.nowMs();
  }

  // The deadlines' side.

  sweep(nowMs: number): void {
    const kind = this.#missedDeadline(nowMs);
    if (kind !== null) this.#fail(kind, missedWords(kind, this.#call.timeouts));
  }

  // The connection's side.

  onStart(): void {
    this.#isStarted = true;
  }

  onHead(status: number, headers: ParsedHeaders): void {
    if (this.#isDone) return;
    this.#lastDataMs = this.#deadlines.nowMs();
    const encoding = headers['content-encoding'];
    const isEncoded = encoding !== undefined && !isIdentity(String(encoding));
    if (isEncoded && !this.#decode(String(encoding))) return;
    this.#hasHead = true;
    this.#sink.onHead(status, new AnswerHeaders(headers, isEncoded));
  }

  onBody(chunk: Buffer): void {
    if (this.#isDone) return;
    this.#lastDataMs = this.#deadlines.nowMs();
    if (this.#decompressor === null) {
      this.#hasData = true;
      this.#sink.onData(chunk);
    } else if (!this.#decompressor.write(chunk)) {
      this.#connection.pause();
    }
  }

  onEnd(keepsAlive: boolean, keepAliveSeconds: number | null): void {
    if (this.#isDone) return;
    this.#isReleased = true;
    if (keepsAlive) this.#lane.release(this.#connection, keepAliveSeconds);
    else this.#lane.drop(this.#connection);
    if (this.#decompressor === null) this.#finish();
    else this.#decompressor.end();
  }

  onRefused(reason: string): void {
    this.#fail('bad-response', reason);
  }

  onUnreachable(error: Error): void {
    this.#fail(connectFailure(error), failureReason(error));
  }

  onBroken(error: Error | null): void {
    if (this.#isDone) return;
    if (!this.#hasHead && this.#isReused) this.#lane.dropIdle();
    if (error !== null) this.#fail('reset', failureReason(error));
    else this.#fail(this.#hasHead ? 'ended-early' : 'reset', '');
  }

  /** Thrown at the end it is told to nobody: the answer has been handed over. */
  onThrown(error: unknown): void {
    this.#fail('internal', error instanceof Error ? error.message : 'not an Error');
  }

  #missedDeadline(nowMs: number): MissedDeadline | null {
    const { connectMs, firstByteMs, idleMs, totalMs } = this.#call.timeouts;
    const elapsedMs = nowMs - this.#startedMs;
    if (!this.#isStarted && isOver(elapsedMs, connectMs)) return 'connect-timeout';
    if (isOver(elapsedMs, totalMs)) return 'total-timeout';
    if (this.#isPaused) return null;
    if (!this.#hasContent) return isOver(elapsedMs, firstByteMs) ? 'first-byte-timeout' : null;
    // The time of the last data is a tick old at most: never early.
    return isOver(nowMs - this.#lastDataMs - TICK_MS, idleMs) ? 'idle-timeout' : null;
  }

  /** Later in this turn: whoever resumes may be in the middle of something that data would disturb. */
  #resumeSoon(): void {
    queueMicrotask(() => {
      if (!this.#isPaused && !this.#isReleased && !this.#isDone) this.#connection.resume();
    });
  }

  #decode(encoding: string): boolean {
    this.#decompressor = openDecompressor(encoding, {
      onData: (chunk) => {
        if (this.#isDone) return;
        this.#hasData = true;
        this.#sink.onData(chunk);
      },
      onEnd: () => this.#finish(),
      onFailure: (kind, reason) => this.#fail(kind, reason),
      onDrain: () => this.#resumeSoon(),
    });
    if (this.#decompressor === null) {
      this.#fail('bad-response', `content-encoding ${encoding.slice(0, 40)} is not known`);
      return false;
    }
    if (this.#isPaused) this.#decompressor.pause();
    return true;
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#deadlines.remove(this);
    this.#sink.onEnd();
  }

  #fail(kind: TransportFailure['kind'], reason: string): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#deadlines.remove(this);
    this.#decompressor?.destroy();
    if (!this.#isReleased) this.#lane.drop(this.#connection);
    const failure: TransportFailure = {
      kind,
      message: `${failureWords[kind]}${reason === '' ? '' : ` (${reason})`}`,
      origin: this.#call.origin,
      afterHead: this.#hasHead,
      afterData: this.#hasData,
      reused: this.#isReused,
      ...(isCallersLimit(kind, this.#call.timeouts) ? { isCallersLimit: true } : {}),
    };
    if (this.#isDispatching) queueMicrotask(() => this.#sink.onFailure(failure));
    else this.#sink.onFailure(failure);
  }
}

function isOver(elapsedMs: number, limitMs: number): boolean {
  return limitMs > 0 && elapsedMs > limitMs;
}
