import type { WireEvent } from '../../dialects/index.ts';
import { type Framer, type Framing, readFrame, type Splitter, type Steps, splitFrames } from '../../dialects/index.ts';
import type { StreamPart } from '../../inference/index.ts';
import { type Observation, PartObserver } from '../../metering/index.ts';
import type { StreamReading } from './answer-reader.ts';

/** An event longer than this is passed on in pieces and not looked into. */
const MAX_EVENT_BYTES = 16 * 1_048_576;

export type PassingStreamOptions = {
  readonly framing: Framing;
  readonly decoder: Steps<WireEvent, StreamPart>;
  /** `finish`: the dialect has no terminal event, the chunk that names the finish is the last one. */
  readonly ending: 'event' | 'finish';
  /** Given: the client wants the same events in other frames. */
  readonly framer: Framer | null;
};

/**
 * Events that go to the client as they came, in a dialect of which each is decoded anyhow to know what it says. A class,
 * for one is made per stream and its methods run per chunk.
 */
export class PassingStream implements StreamReading {
  readonly #options: PassingStreamOptions;
  readonly #splitter: Splitter;
  readonly #parts = new PartObserver();
  #passed: Buffer[] = [];
  #held: Buffer[] = [];
  readonly #endings: WireEvent[] = [];
  #terminal = false;
  #released = false;
  readonly #onFrame = (frame: Buffer, isWhole: boolean): void => this.#take(frame, isWhole);

  constructor(options: PassingStreamOptions) {
    this.#options = options;
    this.#splitter = splitFrames(options.framing, MAX_EVENT_BYTES);
  }

  push(chunk: Buffer): Buffer | null {
    if (this.#released && this.#options.framer === null) return chunk;
    this.#splitter.push(chunk, this.#onFrame);
    const passed = this.#passed;
    if (passed.length === 0) return null;
    this.#passed = [];
    const [only] = passed;
    return passed.length === 1 && only !== undefined ? only : Buffer.concat(passed);
  }

  takeHeld(): Buffer | null {
    const rest = this.#splitter.takeRest();
    if (rest !== null && this.#options.framer === null) this.#held.push(rest);
    if (this.#terminal) this.#released = true;
    const closing = this.#options.framer?.end() ?? null;
    if (closing !== null) this.#held.push(closing);
    if (this.#held.length === 0) return null;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    return held;
  }

  endings(): readonly WireEvent[] {
    return this.#endings;
  }

  isBetweenEvents(): boolean {
    return !this.#splitter.isInPieces();
  }

  contentStarted(): boolean {
    return this.#parts.contentStarted();
  }

  terminalSeen(): boolean {
    return this.#terminal;
  }

  failedBeforeContent(): boolean {
    return !this.#parts.contentStarted() && this.#parts.hasFailed();
  }

  observation(): Observation {
    const rest = this.#splitter.takeRest();
    if (rest !== null) {
      this.#look(rest);
      this.#hold(rest);
    }
    for (const part of this.#options.decoder.end()) this.#parts.see(part);
    return this.#parts.observation();
  }

  #take(frame: Buffer, isWhole: boolean): void {
    if (isWhole && !this.#terminal) this.#look(frame);
    if (this.#terminal && !this.#released) this.#hold(frame);
    else this.#pass(frame);
  }

  #look(frame: Buffer): void {
    const event = readFrame(this.#options.framing, frame);
    if (event === null) return;
    for (const part of this.#options.decoder.push(event)) {
      this.#parts.see(part);
      if (part.type === 'end') this.#endings.push(event);
      if (part.type === 'end' || (part.type === 'finish' && this.#options.ending === 'finish')) this.#terminal = true;
    }
  }

  #pass(frame: Buffer): void {
    this.#passed.push(...this.#framed(frame));
  }

  #hold(frame: Buffer): void {
    this.#held.push(...this.#framed(frame));
  }

  #framed(frame: Buffer): readonly Buffer[] {
    const { framer, framing } = this.#options;
    if (framer === null) return [frame];
    const event = readFrame(framing, frame);
    return event === null ? [] : [framer.frame(event)];
  }
}
