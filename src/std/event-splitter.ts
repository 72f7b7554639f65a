const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** An event longer than this is passed on in pieces and not looked into, unless told otherwise. */
const MAX_EVENT_BYTES = 1_048_576;
const FIRST_CAPACITY_BYTES = 1_024;

/** `isWhole` is false for the pieces of an event too long to be kept. */
export type OnEvent = (event: Buffer, isWhole: boolean) => void;

/**
 * Finds where events end, in bytes that come in any pieces: after an empty line, whether lines end in LF, CRLF or CR.
 * Each byte is looked at once and copied at most once, and not at all where a chunk holds whole events.
 */
export class EventSplitter {
  readonly #maxBytes: number;
  #pending: Buffer | null = null;
  #pendingBytes = 0;
  #isTooLong = false;
  #lineIsEmpty = true;
  #afterReturn = false;
  /** An empty line ended in CR: an LF that follows still belongs to it. */
  #endsAfterReturn = false;

  constructor(maxBytes: number = MAX_EVENT_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Calls `onEvent` with each event that this chunk completes, its empty line included; keeps the rest. */
  push(chunk: Buffer, onEvent: OnEvent): void {
    const isPlain = !this.#afterReturn && chunk.indexOf(CARRIAGE_RETURN) === -1;
    const start = isPlain ? this.#splitAtLineFeeds(chunk, onEvent) : this.#splitAtAnyLineEnd(chunk, onEvent);
    if (start < chunk.length) this.#keep(start === 0 ? chunk : chunk.subarray(start), onEvent);
  }

  /** The last byte ended an event, and nothing is kept. */
  isEmpty(): boolean {
    return this.#pendingBytes === 0 && !this.#isTooLong;
  }

  /** Within an event too long to be kept, of which some has been handed on. */
  isInPieces(): boolean {
    return this.#isTooLong;
  }

  /** What is left when the stream ends: an event that no empty line followed. */
  takeRest(): Buffer | null {
    const rest = this.#pendingBytes === 0 ? null : (this.#pending?.subarray(0, this.#pendingBytes) ?? null);
    this.#pending = null;
    this.#pendingBytes = 0;
    return rest;
  }

  /** Gives where the event begins that is not complete. No CR in sight: the search is the runtime's own. */
  #splitAtLineFeeds(chunk: Buffer, onEvent: OnEvent): number {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#lineIsEmpty && chunk[at] === LINE_FEED) {
        at++;
        this.#complete(chunk, start, at, onEvent);
        start = at;
        continue;
      }
      const end = chunk.indexOf(LINE_FEED, at);
      this.#lineIsEmpty = end !== -1;
      if (end === -1) return start;
      at = end + 1;
    }
    return start;
  }

  #splitAtAnyLineEnd(chunk: Buffer, onEvent: OnEvent): number {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#endsAfterReturn) {
        const end = byte === LINE_FEED ? at + 1 : at;
        this.#complete(chunk, start, end, onEvent);
        start = end;
        if (byte === LINE_FEED) continue;
      }
      if (byte === LINE_FEED) {
        if (this.#afterReturn) this.#afterReturn = false;
        else if (this.#lineIsEmpty) {
          this.#complete(chunk, start, at + 1, onEvent);
          start = at + 1;
        } else this.#lineIsEmpty = true;
      } else if (byte === CARRIAGE_RETURN) {
        this.#endsAfterReturn = this.#lineIsEmpty;
        this.#afterReturn = true;
        this.#lineIsEmpty = true;
      } else {
        this.#lineIsEmpty = false;
        this.#afterReturn = false;
      }
    }
    return start;
  }

  #complete(chunk: Buffer, start: number, end: number, onEvent: OnEvent): void {
    // The same whether it came in pieces or in one.
    const isWhole = !this.#isTooLong && this.#pendingBytes + end - start <= this.#maxBytes;
    this.#isTooLong = false;
    this.#endsAfterReturn = false;
    this.#afterReturn = false;
    this.#lineIsEmpty = true;
    if (this.#pendingBytes > 0) {
      this.#append(chunk, start, end);
      const event = this.takeRest();
      if (event !== null) onEvent(event, isWhole);
    } else if (end > start) onEvent(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end), isWhole);
  }

  #keep(piece: Buffer, onEvent: OnEvent): void {
    if (!this.#isTooLong && this.#pendingBytes + piece.length <= this.#maxBytes) {
      this.#append(piece, 0, piece.length);
      return;
    }
    const rest = this.takeRest();
    this.#isTooLong = true;
    if (rest !== null) onEvent(rest, false);
    onEvent(piece, false);
  }

  #append(chunk: Buffer, start: number, end: number): void {
    const needed = this.#pendingBytes + end - start;
    if (this.#pending === null || this.#pending.length < needed) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY_BYTES, needed, 2 * this.#pendingBytes));
      this.#pending?.copy(larger, 0, 0, this.#pendingBytes);
      this.#pending = larger;
    }
    chunk.copy(this.#pending, this.#pendingBytes, start, end);
    this.#pendingBytes = needed;
  }
}
