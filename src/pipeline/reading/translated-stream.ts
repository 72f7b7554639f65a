import type { WireEvent } from '../../dialects/index.ts';
import { type Framer, type Framing, readFrame, type Splitter, type Steps, splitFrames } from '../../dialects/index.ts';
import type { StreamPart } from '../../inference/index.ts';
import { type Observation, PartObserver } from '../../metering/index.ts';
import type { StreamReading } from './answer-reader.ts';

/** An event longer than this cannot be translated: images come whole in one. */
const MAX_EVENT_BYTES = 64 * 1_048_576;

export type TranslatedStreamOptions = {
  /** How the upstream frames its events. */
  readonly framing: Framing;
  readonly decoder: Steps<WireEvent, StreamPart>;
  readonly encoder: Steps<StreamPart, WireEvent>;
  readonly framer: Framer;
  /** The framed event that ends a stream of the client's dialect which cannot be completed. */
  readonly errorEvent: (message: string) => Buffer;
};

/**
 * The upstream's events, decoded and encoded again for the client. From the terminal part on everything is held back
 * until it is taken. A class, for one is made per stream and its methods run per chunk.
 */
export class TranslatedStream implements StreamReading {
  readonly #options: TranslatedStreamOptions;
  readonly #splitter: Splitter;
  readonly #parts = new PartObserver();
  #passed: Buffer[] = [];
  #held: Buffer[] = [];
  readonly #endings: WireEvent[] = [];
  #terminal = false;
  #isOver = false;
  #isBroken = false;
  readonly #onFrame = (frame: Buffer, isWhole: boolean): void => {
    if (isWhole) this.#decode(frame);
    else this.#take({ type: 'error', message: 'an event of the upstream is too long', code: null, status: null });
  };

  constructor(options: TranslatedStreamOptions) {
    this.#options = options;
    this.#splitter = splitFrames(options.framing, MAX_EVENT_BYTES);
  }

  push(chunk: Buffer): Buffer | null {
    if (this.#terminal) return null;
    this.#splitter.push(chunk, this.#onFrame);
    const passed = this.#passed;
    if (passed.length === 0) return null;
    this.#passed = [];
    const [only] = passed;
    return passed.length === 1 && only !== undefined ? only : Buffer.concat(passed);
  }

  takeHeld(): Buffer | null {
    if (this.#held.length === 0) return null;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    return held;
  }

  endings(): readonly WireEvent[] {
    return this.#endings;
  }

  isBetweenEvents(): boolean {
    return true;
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
    if (!this.#isOver) this.#close();
    return this.#parts.observation();
  }

  /** The upstream has ended, or its terminal event has come: what the encoder still has goes to what is held. */
  #close(): void {
    this.#isOver = true;
    if (!this.#terminal) {
      const rest = this.#splitter.takeRest();
      if (rest !== null) this.#decode(rest);
      for (const part of this.#options.decoder.end()) this.#take(part);
    }
    if (!this.#isBroken && (this.#terminal || this.#parts.hasFinished())) {
      this.#terminal = true;
      for (const event of this.#options.encoder.end()) this.#emit(event);
      const closing = this.#options.framer.end();
      if (closing !== null) this.#held.push(closing);
    } else if (!this.#isBroken) {
      this.#take({
        type: 'error',
        message: 'The upstream ended in the middle of its answer.',
        code: null,
        status: null,
      });
    }
    this.#held.unshift(...this.#passed);
    this.#passed = [];
  }

  #decode(frame: Buffer): void {
    const event = readFrame(this.#options.framing, frame);
    if (event === null) return;
    for (const part of this.#options.decoder.push(event)) this.#take(part);
  }

  #take(part: StreamPart): void {
    if (this.#terminal) return;
    this.#parts.see(part);
    if (part.type === 'error') {
      // Before any content another candidate can still be tried.
      if (this.#parts.contentStarted()) this.#breakOff(part.message);
      return;
    }
    if (part.type === 'end') this.#terminal = true;
    for (const event of this.#options.encoder.push(part)) this.#emit(event);
  }

  #breakOff(message: string): void {
    this.#terminal = true;
    this.#isBroken = true;
    this.#held.push(this.#options.errorEvent(message));
  }

  #emit(event: WireEvent): void {
    if (this.#terminal) this.#endings.push(event);
    (this.#terminal ? this.#held : this.#passed).push(this.#options.framer.frame(event));
  }
}
