import { type Framing, splitFrames } from '../../dialects/index.ts';
import type { Bearing } from './bearing.ts';
import { withLastMember } from './bearing.ts';

/** As long as what the streams' own readers take for one event. */
const MAX_EVENT_BYTES = 16 * 1_048_576;
const COLON = 0x3a;

/**
 * A client's stream with a member more in its last event. What may be that event waits for the next one, with comments
 * behind it; all else passes. A class, for one is made per stream that is explained, with its state.
 */
export class BearingStream {
  readonly #bearing: Bearing;
  readonly #member: () => string;
  readonly #splitter;
  #kept: Buffer[] = [];
  #passed: Buffer[] = [];
  #isOver = false;
  readonly #onFrame = (frame: Buffer, isWhole: boolean): void => this.#take(frame, isWhole);

  /** `member` is asked for at the end: `"name":value`. */
  constructor(framing: Framing, bearing: Bearing, member: () => string) {
    this.#splitter = splitFrames(framing, MAX_EVENT_BYTES);
    this.#bearing = bearing;
    this.#member = member;
  }

  /** What goes to the client now; null: nothing. */
  push(chunk: Buffer): Buffer | null {
    if (this.#isOver) return chunk;
    this.#splitter.push(chunk, this.#onFrame);
    const passed = this.#passed;
    this.#passed = [];
    return joined(passed);
  }

  /** The stream is complete with these last bytes: all that is left, with the member where it belongs. */
  end(last: Buffer | null): Buffer | null {
    if (this.#isOver) return last;
    const left = this.#takeLeft(last);
    const bearer = left.findLastIndex((frame) => this.#canBear(frame));
    const frame = left[bearer];
    if (frame !== undefined) left[bearer] = withLastMember(frame, this.#member(), this.#bearing.within);
    return joined(left);
  }

  /** The stream breaks off: what waits, as it came. */
  release(): Buffer | null {
    return this.#isOver ? null : joined(this.#takeLeft(null));
  }

  #takeLeft(last: Buffer | null): Buffer[] {
    this.#isOver = true;
    const left = this.#kept;
    if (last !== null) this.#splitter.push(last, (frame) => left.push(frame));
    const rest = this.#splitter.takeRest();
    if (rest !== null) left.push(rest);
    return left;
  }

  #take(frame: Buffer, isWhole: boolean): void {
    const isKept = isWhole && this.#canBear(frame);
    if (this.#kept.length > 0 && !isKept && frame[0] === COLON) {
      this.#kept.push(frame);
      return;
    }
    this.#passed.push(...this.#kept);
    this.#kept = isKept ? [frame] : [];
    if (!isKept) this.#passed.push(frame);
  }

  #canBear(frame: Buffer): boolean {
    return this.#bearing.canBear?.(frame.toString('latin1')) === true;
  }
}

function joined(pieces: readonly Buffer[]): Buffer | null {
  const [only] = pieces;
  if (only === undefined) return null;
  return pieces.length === 1 ? only : Buffer.concat(pieces);
}
