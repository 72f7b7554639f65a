import { GatewayError } from '../../inference/index.ts';

/** What is taken off a socket before anybody has asked for it. */
const MOST_UNASKED_BYTES = 65_536;

/** A body whose length is known, as it comes off a socket. A class, for it is made per request and changes with each read. */
export class RequestBody {
  #missingBytes: number;
  #keptBytes = 0;
  #pieces: Buffer[] = [];
  #isAsked = false;
  #isDropped = false;
  #reading: PromiseWithResolvers<Buffer> | null = null;
  readonly #onAsked: () => void;

  /** `onAsked`: it may grow past what is kept unasked. */
  constructor(length: number, onAsked: () => void) {
    this.#missingBytes = length;
    this.#onAsked = onAsked;
  }

  /** The number of bytes that are its own; what follows is not. */
  take(bytes: Buffer): number {
    const count = Math.min(bytes.length, this.#missingBytes);
    this.#missingBytes -= count;
    if (count > 0 && !this.#isDropped) {
      this.#pieces.push(count === bytes.length ? bytes : bytes.subarray(0, count));
      this.#keptBytes += count;
    }
    if (this.#missingBytes === 0) this.#reading?.resolve(this.#whole());
    return count;
  }

  isWhole(): boolean {
    return this.#missingBytes === 0;
  }

  /** Nothing more should be taken before it is asked for. */
  isFull(): boolean {
    return !this.#isAsked && this.#keptBytes >= MOST_UNASKED_BYTES;
  }

  /** Once; at once, where it is there. Rejects with 499 when the client goes away. */
  read(): Buffer | Promise<Buffer> {
    this.#isAsked = true;
    if (this.#missingBytes === 0) return this.#whole();
    this.#reading = Promise.withResolvers();
    this.#onAsked();
    return this.#reading.promise;
  }

  /** Nobody will read it: what comes is passed over. */
  drop(): void {
    this.#isAsked = true;
    this.#isDropped = true;
    this.#pieces = [];
    this.#onAsked();
  }

  /** Nothing more comes. */
  breakOff(): void {
    const words = 'The client closed the connection before its request was complete.';
    this.#reading?.reject(new GatewayError('client_closed', words));
  }

  #whole(): Buffer {
    const pieces = this.#pieces;
    this.#pieces = [];
    const [first] = pieces;
    return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, this.#keptBytes);
  }
}
