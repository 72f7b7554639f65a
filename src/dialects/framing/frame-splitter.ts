import type { Splitter } from './wire-event.ts';

export type FrameScan = {
  /**
   * Index after the frame that the bytes begin with; null: it is not complete. Bytes before `from` were looked at by an
   * earlier call for the same frame; `handedOn` bytes of a frame in pieces are gone already.
   */
  readonly endOf: (bytes: Buffer, from: number, handedOn: number) => number | null;
};

const FIRST_CAPACITY_BYTES = 1_024;

/** Cuts bytes that come in any pieces into frames; each byte is looked at once, and copied where a frame comes in pieces. */
export class FrameSplitter implements Splitter {
  readonly #scan: FrameScan;
  readonly #maxBytes: number;
  #pending: Buffer | null = null;
  #pendingBytes = 0;
  #handedOnBytes = 0;

  constructor(maxBytes: number, scan: FrameScan) {
    this.#maxBytes = maxBytes;
    this.#scan = scan;
  }

  push(chunk: Buffer, onFrame: (frame: Buffer, isWhole: boolean) => void): void {
    let rest = chunk;
    while (rest.length > 0) {
      const from = this.#pendingBytes;
      const bytes = from === 0 ? rest : this.#append(rest);
      const end = this.#scan.endOf(bytes, from, this.#handedOnBytes);
      if (end === null) {
        this.#keep(bytes, from > 0, onFrame);
        return;
      }
      const isWhole = this.#handedOnBytes === 0 && end <= this.#maxBytes;
      this.#forget();
      onFrame(bytes.subarray(0, end), isWhole);
      rest = bytes.subarray(end);
    }
  }

  isEmpty(): boolean {
    return this.#pendingBytes === 0 && this.#handedOnBytes === 0;
  }

  isInPieces(): boolean {
    return this.#handedOnBytes > 0;
  }

  takeRest(): Buffer | null {
    const rest = this.#pending?.subarray(0, this.#pendingBytes) ?? null;
    this.#forget();
    return rest;
  }

  #append(chunk: Buffer): Buffer {
    const needed = this.#pendingBytes + chunk.length;
    if (this.#pending === null || this.#pending.length < needed) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY_BYTES, needed, 2 * this.#pendingBytes));
      this.#pending?.copy(larger, 0, 0, this.#pendingBytes);
      this.#pending = larger;
    }
    chunk.copy(this.#pending, this.#pendingBytes);
    this.#pendingBytes = needed;
    return this.#pending.subarray(0, needed);
  }

  #keep(bytes: Buffer, isKept: boolean, onFrame: (frame: Buffer, isWhole: boolean) => void): void {
    if (this.#handedOnBytes > 0 || bytes.length > this.#maxBytes) {
      const handedOn = this.#handedOnBytes + bytes.length;
      this.#forget();
      this.#handedOnBytes = handedOn;
      onFrame(bytes, false);
    } else if (!isKept) this.#append(bytes);
  }

  #forget(): void {
    this.#pending = null;
    this.#pendingBytes = 0;
    this.#handedOnBytes = 0;
  }
}
