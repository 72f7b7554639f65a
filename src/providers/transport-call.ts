import type { Dispatcher } from 'undici';
import { AnswerHeaders, type ParsedHeaders } from './answer-headers.ts';
import { type Deadlines, TICK_MS, type Timed } from './deadlines.ts';
import { type Decompressor, isIdentity, openDecompressor } from './decompressor.ts';
import { failureKind, failureReason, failureWords, type MissedDeadline, missedWords } from './transport-failure.ts';
import type { Connection } from './transport-lane.ts';
import type { TransportFailure, UpstreamCall, UpstreamHandle, UpstreamSink } from './upstream.ts';

/**
 * One call under way: undici's handler, the caller's handle and the entry in the deadlines in one object. A class,
 * because it is made for every request: one allocation with methods on the prototype instead of a closure each.
 */
export class TransportCall implements Dispatcher.DispatchHandler, UpstreamHandle, Timed {
  slot = -1;
  readonly #call: UpstreamCall;
  readonly #sink: UpstreamSink;
  readonly #connection: Connection;
  readonly #deadlines: Deadlines;
  readonly #startedMs: number;
  readonly #isReused: boolean;
  #controller: Dispatcher.DispatchController | null = null;
  #decompressor: Decompressor | null = null;
  #lastDataMs: number;
  /** No sink may be called before the caller has the handle. */
  #isDispatching = true;
  #isDone = false;
  #isReleased = false;
  #isPaused = false;
  #hasHead = false;
  #hasData = false;
  #hasContent = false;

  constructor(call: UpstreamCall, sink: UpstreamSink, connection: Connection, deadlines: Deadlines) {
    this.#call = call;
    this.#sink = sink;
    this.#connection = connection;
    this.#deadlines = deadlines;
    this.#isReused = connection.served > 0;
    this.#startedMs = deadlines.refresh();
    this.#lastDataMs = this.#startedMs;
  }

  dispatch(): void {
    const { route } = this.#connection.lane;
    const { path, headers } = this.#call;
    this.#deadlines.add(this);
    this.#connection.client.dispatch(
      {
        path: route.pathPrefix === '' ? path : route.pathPrefix + path,
        method: this.#call.method,
        // undici reads the list and keeps no hold of it; its types know no readonly.
        headers: route.headers.length === 0 ? (headers as string[]) : [...route.headers, ...headers],
        body: this.#call.body,
      },
      this,
    );
    this.#isDispatching = false;
  }

  // The caller's side.

  abort(): void {
    this.#fail('aborted', '');
  }

  pause(): void {
    this.#isPaused = true;
    this.#decompressor?.pause();
    this.#controller?.pause();
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

  // undici's side.

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isPaused) controller.pause();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ParsedHeaders): void {
    // 102 and 103 come before the answer.
    if (this.#isDone || status < 200) return;
    this.#lastDataMs = this.#deadlines.nowMs();
    const encoding = headers['content-encoding'];
    const isEncoded = encoding !== undefined && !isIdentity(String(encoding));
    if (isEncoded && !this.#decode(String(encoding))) return;
    this.#hasHead = true;
    this.#sink.onHead(status, new AnswerHeaders(headers, isEncoded));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isDone) return;
    this.#lastDataMs = this.#deadlines.nowMs();
    if (this.#decompressor === null) {
      this.#hasData = true;
      this.#sink.onData(chunk);
    } else if (!this.#decompressor.write(chunk)) {
      controller.pause();
    }
  }

  onResponseEnd(): void {
    if (this.#isDone) return;
    if (this.#connection.hasErrored) {
      this.#fail('reset', 'ECONNRESET');
      return;
    }
    this.#isReleased = true;
    this.#connection.lane.release(this.#connection);
    if (this.#decompressor === null) this.#finish();
    else this.#decompressor.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isDone) return;
    const kind = failureKind(error, { started: this.#controller !== null, afterHead: this.#hasHead });
    if (kind === 'reset' && !this.#hasHead && this.#isReused) this.#connection.lane.dropIdle();
    this.#fail(kind, failureReason(error));
  }

  #missedDeadline(nowMs: number): MissedDeadline | null {
    const { connectMs, firstByteMs, idleMs, totalMs } = this.#call.timeouts;
    const elapsedMs = nowMs - this.#startedMs;
    if (this.#controller === null && isOver(elapsedMs, connectMs)) return 'connect-timeout';
    if (isOver(elapsedMs, totalMs)) return 'total-timeout';
    if (this.#isPaused) return null;
    if (!this.#hasContent) return isOver(elapsedMs, firstByteMs) ? 'first-byte-timeout' : null;
    // The time of the last data is a tick old at most: never early.
    return isOver(nowMs - this.#lastDataMs - TICK_MS, idleMs) ? 'idle-timeout' : null;
  }

  /** Later in this turn: undici's parsers share one memory, and one must not start while another is at work. */
  #resumeSoon(): void {
    queueMicrotask(() => {
      if (!this.#isPaused && !this.#isReleased && !this.#isDone) this.#controller?.resume();
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
    if (!this.#isReleased) this.#connection.lane.drop(this.#connection);
    const failure: TransportFailure = {
      kind,
      message: `${failureWords[kind]}${reason === '' ? '' : ` (${reason})`}`,
      origin: this.#call.origin,
      afterHead: this.#hasHead,
      afterData: this.#hasData,
      reused: this.#isReused,
    };
    if (this.#isDispatching) queueMicrotask(() => this.#sink.onFailure(failure));
    else this.#sink.onFailure(failure);
  }
}

function isOver(elapsedMs: number, limitMs: number): boolean {
  return limitMs > 0 && elapsedMs > limitMs;
}
