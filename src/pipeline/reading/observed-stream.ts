import { type Framing, type Splitter, splitFrames, type WireEvent } from '../../dialects/index.ts';
import { type Observation, PartObserver } from '../../metering/index.ts';
import type { StreamReading } from './answer-reader.ts';

/**
 * What streams that are decoded have in common: frames are found in the bytes, what they say is observed, bytes for the
 * client are passed on until the terminal event, and held from there on. A class, for one is made per stream and its
 * methods run per chunk.
 */
export abstract class ObservedStream implements StreamReading {
  protected readonly splitter: Splitter;
  protected readonly parts: PartObserver;
  protected readonly ending: WireEvent[] = [];
  protected passed: Buffer[] = [];
  protected held: Buffer[] = [];
  protected terminal = false;
  /** One function for all chunks. */
  readonly #onFrame = (frame: Buffer, isWhole: boolean): void => this.take(frame, isWhole);

  constructor(framing: Framing, maxEventBytes: number, watchesTexts: boolean) {
    this.parts = new PartObserver(watchesTexts);
    this.splitter = splitFrames(framing, maxEventBytes);
  }

  /** A frame, or a piece of one that is too long to be kept. */
  protected abstract take(frame: Buffer, isWhole: boolean): void;
  abstract push(chunk: Buffer): Buffer | null;
  abstract takeHeld(): Buffer | null;
  abstract isBetweenEvents(): boolean;
  abstract observation(): Observation;

  endings(): readonly WireEvent[] {
    return this.ending;
  }

  contentStarted(): boolean {
    return this.parts.contentStarted();
  }

  terminalSeen(): boolean {
    return this.terminal;
  }

  failedBeforeContent(): boolean {
    return !this.parts.contentStarted() && this.parts.hasFailed();
  }

  hasFailed(): boolean {
    return this.parts.hasFailed();
  }

  /** What the chunk lets go to the client now. */
  protected pushThrough(chunk: Buffer): Buffer | null {
    this.splitter.push(chunk, this.#onFrame);
    const { passed } = this;
    if (passed.length === 0) return null;
    this.passed = [];
    return joined(passed);
  }

  protected takeAllHeld(): Buffer | null {
    const { held } = this;
    if (held.length === 0) return null;
    this.held = [];
    return joined(held);
  }
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}
