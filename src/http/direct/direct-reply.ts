import type { Socket } from 'node:net';
import type { Reply } from '../../pipeline/index.ts';
import { COPIED_BYTES, CRLF, chunkStart, joined, LAST_CHUNK } from '../chunk.ts';
import { encodeResponseHead, type HeadFacts, type ResponseHead } from './response-head.ts';

export type ReplyOwner = {
  readonly headFacts: () => HeadFacts;
  /** The whole answer has left the process; `closes`: it was the connection's last. */
  readonly onAnswered: (closes: boolean) => void;
};

const NO_BYTES = Buffer.alloc(0);

/**
 * The pipeline's way back over the socket itself: what there is to say at one moment is one write. A class, for one is
 * made per request with its state.
 */
export class DirectReply implements Reply {
  readonly #socket: Socket;
  readonly #owner: ReplyOwner;
  readonly #common: readonly string[];
  readonly #onClosed: () => void;
  #head: ResponseHead | null = null;
  #isHeadSent = false;
  #isEnded = false;
  #isAnswered = false;
  #isClosed = false;
  #hasWritten = false;
  #onGone: (() => void) | null = null;
  #onOver: (() => void) | null = null;
  #onDrained: (() => void) | null = null;

  /** `onClosed` is called once, however it ends. */
  constructor(socket: Socket, owner: ReplyOwner, common: readonly string[], onClosed: () => void) {
    this.#socket = socket;
    this.#owner = owner;
    this.#common = common;
    this.#onClosed = onClosed;
  }

  /** The head waits for what follows it. */
  begin(status: number, headers: readonly string[]): void {
    if (this.#head !== null) throw new TypeError('an answer begins once');
    this.#head = encodeResponseHead(status, this.#common, headers, this.#owner.headFacts());
  }

  write(chunk: Buffer): boolean {
    this.#hasWritten = true;
    return this.#send(chunk, false);
  }

  end(chunk: Buffer | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#send(chunk ?? NO_BYTES, true);
    if (this.#isClosed) return;
    if (this.#socket.writableLength === 0) this.#answered();
    else
      this.#socket.write(NO_BYTES, (error) => {
        if (error == null) this.#answered();
      });
  }

  cut(): void {
    this.#socket.destroy();
  }

  isBegun(): boolean {
    return this.#head !== null;
  }

  isOver(): boolean {
    return this.#isEnded || this.#isClosed;
  }

  hasWritten(): boolean {
    const since = this.#hasWritten;
    this.#hasWritten = false;
    return since;
  }

  isGone(): boolean {
    return this.#isClosed && !this.#isAnswered;
  }

  whenGone(listener: () => void): void {
    this.#onGone = listener;
  }

  whenOver(listener: () => void): void {
    this.#onOver = listener;
  }

  whenDrained(listener: () => void): void {
    this.#onDrained = listener;
  }

  // The connection's side.

  drained(): void {
    this.#onDrained?.();
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
    this.#onOver?.();
    this.#onGone?.();
  }

  #answered(): void {
    if (this.#isClosed) return;
    this.#isAnswered = true;
    this.#isClosed = true;
    this.#onClosed();
    this.#onOver?.();
    this.#owner.onAnswered(this.#head?.closes ?? true);
  }

  /** False: the client reads slower than we write. What a client that is gone would have got is no mistake. */
  #send(chunk: Buffer, isLast: boolean): boolean {
    const head = this.#head;
    if (head === null) throw new TypeError('an answer begins with its head');
    const socket = this.#socket;
    if (!socket.writable) return true;
    const bytes = head.body === 'none' ? NO_BYTES : chunk;
    const isFramed = head.body === 'chunked' && bytes.length > 0;
    const before = (this.#isHeadSent ? '' : head.text) + (isFramed ? chunkStart(bytes) : '');
    const after = (isFramed ? CRLF : '') + (isLast && head.body === 'chunked' ? LAST_CHUNK : '');
    this.#isHeadSent = true;
    if (bytes.length <= COPIED_BYTES)
      return before.length + bytes.length + after.length === 0 || socket.write(joined(before, bytes, after));
    socket.cork();
    if (before !== '') socket.write(before, 'latin1');
    socket.write(bytes);
    const flows = after === '' || socket.write(after, 'latin1');
    socket.uncork();
    return flows && !socket.writableNeedDrain;
  }
}
