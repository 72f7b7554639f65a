const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** An event longer than this is passed on in pieces and not looked into. */
const MAX_EVENT_BYTES = 1_048_576;

/**
 * Finds where events end, in bytes that come in any pieces: after an empty line, whether lines end in LF, CRLF or CR.
 * Each byte is looked at once.
 */
export class EventSplitter {
  #parts: Buffer[] = [];
  #pendingBytes = 0;
  #lineIsEmpty = true;
  #afterReturn = false;
  /** An empty line ended in CR: an LF that follows still belongs to it. */
  #endsAfterReturn = false;

  /** Calls `onEvent` with each event that this chunk completes, its empty line included; keeps the rest. */
  push(chunk: Buffer, onEvent: (event: Buffer, isWhole: boolean) => void): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#endsAfterReturn) {
        const end = byte === LINE_FEED ? at + 1 : at;
        this.#complete(chunk.subarray(start, end), onEvent);
        start = end;
        if (byte === LINE_FEED) continue;
      }
      if (byte === LINE_FEED) {
        if (this.#afterReturn) this.#afterReturn = false;
        else if (this.#lineIsEmpty) {
          this.#complete(chunk.subarray(start, at + 1), onEvent);
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
    if (start < chunk.length) this.#keep(start === 0 ? chunk : chunk.subarray(start), onEvent);
  }

  /** Nothing is kept: the last byte ended an event. */
  isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** What is left when the stream ends: an event that no empty line followed. */
  takeRest(): Buffer | null {
    if (this.#parts.length === 0) return null;
    const [only] = this.#parts;
    const rest = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#pendingBytes = 0;
    return rest;
  }

  #complete(tail: Buffer, onEvent: (event: Buffer, isWhole: boolean) => void): void {
    this.#endsAfterReturn = false;
    this.#afterReturn = false;
    this.#lineIsEmpty = true;
    const isWhole = this.#pendingBytes !== Number.POSITIVE_INFINITY;
    const rest = this.takeRest();
    this.#pendingBytes = 0;
    const event = rest === null ? tail : Buffer.concat([rest, tail]);
    if (event.length > 0) onEvent(event, isWhole);
  }

  #keep(piece: Buffer, onEvent: (event: Buffer, isWhole: boolean) => void): void {
    this.#pendingBytes += piece.length;
    this.#parts.push(piece);
    if (this.#pendingBytes <= MAX_EVENT_BYTES) return;
    const rest = this.takeRest();
    this.#pendingBytes = Number.POSITIVE_INFINITY;
    if (rest !== null) onEvent(rest, false);
  }
}
