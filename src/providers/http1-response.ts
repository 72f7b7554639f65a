import type { ParsedHeaders } from './answer-headers.ts';
import { isFieldLine, parseHead } from './http1-head.ts';

/** Where an answer goes: `onHead`, any number of `onBody`, then `onEnd`; or `onRefused` at any point, as the last. */
export type ResponseReceiver = {
  readonly onHead: (status: number, headers: ParsedHeaders) => void;
  /** A view on the bytes that were read. */
  readonly onBody: (chunk: Buffer) => void;
  /** `keepsAlive`: another request may follow, within `keepAliveSeconds` where the server gave a number. */
  readonly onEnd: (keepsAlive: boolean, keepAliveSeconds: number | null) => void;
  /** It is not HTTP/1.1; `reason` quotes nothing of it. */
  readonly onRefused: (reason: string) => void;
};

const MAX_HEAD_BYTES = 65_536;
/** A chunk's size and its extensions, which nobody uses. */
const MAX_CHUNK_LINE_BYTES = 4_096;
/** 2^52: every byte is still counted. */
const MAX_CHUNK_SIZE_DIGITS = 13;
const EXTENSION = /^[\t ]*;[\t\x20-\x7e\x80-\xff]*$/;
const HEAD_END = Buffer.from('\r\n\r\n');
const PROTOCOL = Buffer.from('HTTP/1.');
const NOTHING = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;

/** What a step returns instead of the offset it has read to. */
const NEEDS_MORE = -1;
const IS_OVER = -2;

type State = 'head' | 'body' | 'chunk-line' | 'chunk' | 'chunk-end' | 'trailer' | 'over';

/**
 * Reads the answers of one connection, one after another: bytes in, events out, and the same events however the bytes
 * are cut. A class, because it is made for a connection and keeps what is between two reads. Bytes of an unfinished
 * line are put in front of the next ones: the worst head, 64 KB that come one by one, costs some 0.3 s in all.
 */
export class ResponseParser {
  readonly #receiver: ResponseReceiver;
  #state: State = 'over';
  #isHead = false;
  /** Of the body, or of its chunk; Infinity: until the connection closes. */
  #bytesLeft = 0;
  #trailerBytes = 0;
  #keepsAlive = false;
  #keepAliveSeconds: number | null = null;
  #unread: Buffer | null = null;
  #isPaused = false;
  #isReading = false;

  constructor(receiver: ResponseReceiver) {
    this.#receiver = receiver;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** An answer is expected; before that nothing is read. */
  begin(method: string): void {
    this.#state = 'head';
    this.#isHead = method === 'HEAD';
  }

  read(bytes: Buffer): void {
    this.#unread = this.#unread === null ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#readOn();
  }

  /** No event comes until `resume`; what is read meanwhile is kept. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#readOn();
  }

  /** Nothing comes any more. */
  stop(): void {
    this.#state = 'over';
    this.#unread = null;
  }

  /** The server closed in good order, which is the end of an answer without another one. false: it was cut short. */
  close(): boolean {
    if (this.#state !== 'body' || this.#bytesLeft !== Number.POSITIVE_INFINITY) return false;
    this.#end(false);
    return true;
  }

  #readOn(): void {
    if (this.#isReading) return;
    const bytes = this.#unread ?? NOTHING;
    this.#unread = null;
    this.#isReading = true;
    let at = 0;
    try {
      while (!this.#isPaused) {
        const next = this.#step(bytes, at);
        if (next === IS_OVER) return;
        if (next === NEEDS_MORE) break;
        at = next;
      }
    } finally {
      this.#isReading = false;
    }
    if (at < bytes.length) this.#unread = bytes.subarray(at);
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'body':
        return this.#bytesLeft === 0 ? this.#end(at === bytes.length) : this.#readBody(bytes, at);
      case 'chunk-line':
        return this.#readChunkLine(bytes, at);
      case 'chunk':
        if (this.#bytesLeft === 0) this.#state = 'chunk-end';
        return this.#bytesLeft === 0 ? at : this.#readBody(bytes, at);
      case 'chunk-end':
        return this.#readChunkEnd(bytes, at);
      case 'trailer':
        return this.#readTrailer(bytes, at);
      case 'over':
        return IS_OVER;
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(HEAD_END, at);
    if ((end < 0 ? bytes.length : end) - at > MAX_HEAD_BYTES) return this.#refuse('headers over 64 KB');
    if (end < 0) return mayBecomeHead(bytes, at) ? NEEDS_MORE : this.#refuse('a malformed head');
    const head = parseHead(bytes.toString('latin1', at, end + 2), this.#isHead);
    if (typeof head === 'string') return this.#refuse(head);
    if (head.status === 101) return this.#refuse('a change of protocol that nobody asked for');
    // 100, 102 and 103 come before the answer.
    if (head.status < 200) return end + HEAD_END.length;
    this.#keepsAlive = head.keepsAlive;
    this.#keepAliveSeconds = head.keepAliveSeconds;
    this.#trailerBytes = 0;
    this.#state = head.framing.kind === 'chunked' ? 'chunk-line' : 'body';
    this.#bytesLeft = head.framing.kind === 'length' ? head.framing.length : Number.POSITIVE_INFINITY;
    this.#receiver.onHead(head.status, head.headers);
    return end + HEAD_END.length;
  }

  #readBody(bytes: Buffer, at: number): number {
    if (at === bytes.length) return NEEDS_MORE;
    const end = Math.min(bytes.length, at + this.#bytesLeft);
    this.#bytesLeft -= end - at;
    this.#receiver.onBody(bytes.subarray(at, end));
    return end;
  }

  #readChunkLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    if ((end < 0 ? bytes.length : end) - at > MAX_CHUNK_LINE_BYTES) return this.#refuse('a chunk size over 4 KB');
    if (end < 0) return NEEDS_MORE;
    const size = chunkSize(bytes, at, end - 1);
    if (size === null) return this.#refuse('a malformed chunk size');
    this.#bytesLeft = size;
    this.#state = size === 0 ? 'trailer' : 'chunk';
    return end + 1;
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return NEEDS_MORE;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#refuse('a chunk longer than its size');
    this.#state = 'chunk-line';
    return at + 2;
  }

  /** Read for its end alone. */
  #readTrailer(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    const lineBytes = (end < 0 ? bytes.length : end + 1) - at;
    if (this.#trailerBytes + lineBytes > MAX_HEAD_BYTES) return this.#refuse('a trailer over 64 KB');
    if (end < 0) return NEEDS_MORE;
    this.#trailerBytes += lineBytes;
    if (lineBytes === 2 && bytes[at] === CR) return this.#end(end + 1 === bytes.length);
    if (!isFieldLine(bytes.toString('latin1', at, end + 1))) return this.#refuse('a malformed trailer');
    return end + 1;
  }

  /** `isAll`: nothing follows. What does was never asked for, and after it nothing can be trusted. */
  #end(isAll: boolean): number {
    this.#state = 'over';
    this.#receiver.onEnd(this.#keepsAlive && isAll, this.#keepAliveSeconds);
    return IS_OVER;
  }

  #refuse(reason: string): number {
    this.#state = 'over';
    this.#receiver.onRefused(reason);
    return IS_OVER;
  }
}

/** Tells at once what is no HTTP, such as the banner of an SSH server that then waits. */
function mayBecomeHead(bytes: Buffer, at: number): boolean {
  const length = Math.min(PROTOCOL.length, bytes.length - at);
  if (bytes.compare(PROTOCOL, 0, length, at, at + length) !== 0) return false;
  const lineEnd = bytes.indexOf(LF, at);
  return lineEnd < 0 || bytes[lineEnd - 1] === CR;
}

/** Hexadecimal, with extensions that are passed over; null: not one. `end`: where its CR must be. */
function chunkSize(bytes: Buffer, start: number, end: number): number | null {
  let size = 0;
  let at = start;
  for (; at < end; at++) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) break;
    size = size * 16 + digit;
  }
  if (bytes[end] !== CR || at === start || at - start > MAX_CHUNK_SIZE_DIGITS) return null;
  return at === end || EXTENSION.test(bytes.toString('latin1', at, end)) ? size : null;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
