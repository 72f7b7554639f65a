import { type Framing, splitFrames } from '../../dialects/index.ts';

/** As long as what the streams' own readers take for one event. */
const MAX_EVENT_BYTES = 16 * 1_048_576;
const COLON = 0x3a;

/** What is to be told in a stream: the last event that can bear it is made into one that does. */
export type Telling = {
  /** By a look at the event's text. */
  readonly canBear: (event: string) => boolean;
  /** Asked for at the end, when everything is known. */
  readonly tell: (event: Buffer) => Buffer;
};

/**
 * A client's stream with something told in its last events. What may be one of them waits until another is later in all
 * that it can bear, with comments behind it; all else passes. A class, for one is made per stream, with its state.
 */
export class BearingStream {
  readonly #tellings: readonly Telling[];
  readonly #splitter;
  #kept: Buffer[] = [];
  #passed: Buffer[] = [];
  #isOver = false;
  readonly #onFrame = (frame: Buffer, isWhole: boolean): void => this.#take(frame, isWhole);

  constructor(framing: Framing, tellings: readonly Telling[]) {
    this.#splitter = splitFrames(framing, MAX_EVENT_BYTES);
    this.#tellings = tellings;
  }

  /** What goes to the client now; null: nothing. */
  push(chunk: Buffer): Buffer | null {
    if (this.#isOver) return chunk;
    this.#splitter.push(chunk, this.#onFrame);
    const passed = this.#passed;
    this.#passed = [];
    return joined(passed);
  }

  /** The stream is complete with these last bytes: all that is left, with what is told where it belongs. */
  end(last: Buffer | null): Buffer | null {
    if (this.#isOver) return last;
    const left = this.#takeLeft(last);
    for (const telling of this.#tellings) {
      const bearer = left.findLastIndex((frame) => telling.canBear(textOf(frame)));
      const frame = left[bearer];
      if (frame !== undefined) left[bearer] = telling.tell(frame);
    }
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
    const text = textOf(frame);
    const isKept = isWhole && this.#tellings.some(({ canBear }) => canBear(text));
    const isBehind = this.#kept.length > 0 && (isKept ? !this.#isLaterInAll(text) : frame[0] === COLON);
    if (isBehind) {
      this.#kept.push(frame);
      return;
    }
    this.#passed.push(...this.#kept);
    this.#kept = isKept ? [frame] : [];
    if (!isKept) this.#passed.push(frame);
  }

  #isLaterInAll(text: string): boolean {
    return this.#tellings.every(({ canBear }) => canBear(text) || !this.#kept.some((frame) => canBear(textOf(frame))));
  }
}

function textOf(frame: Buffer): string {
  return frame.toString('latin1');
}

function joined(pieces: readonly Buffer[]): Buffer | null {
  const [only] = pieces;
  if (only === undefined) return null;
  return pieces.length === 1 ? only : Buffer.concat(pieces);
}
