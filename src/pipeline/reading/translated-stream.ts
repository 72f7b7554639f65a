import { type Framer, type Framing, readFrame, type Steps, type WireEvent } from '../../dialects/index.ts';
import type { StreamPart } from '../../inference/index.ts';
import type { Observation } from '../../metering/index.ts';
import { ObservedStream } from './observed-stream.ts';

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
  /** The request asks for JSON: what the answer says is kept. */
  readonly watchesTexts: boolean;
};

/** The upstream's events, decoded and encoded again for the client. */
export class TranslatedStream extends ObservedStream {
  readonly #options: TranslatedStreamOptions;
  #isOver = false;
  #isBroken = false;

  constructor(options: TranslatedStreamOptions) {
    super(options.framing, MAX_EVENT_BYTES, options.watchesTexts);
    this.#options = options;
  }

  push(chunk: Buffer): Buffer | null {
    return this.terminal ? null : this.pushThrough(chunk);
  }

  takeHeld(): Buffer | null {
    return this.takeAllHeld();
  }

  isBetweenEvents(): boolean {
    return true;
  }

  observation(): Observation {
    if (!this.#isOver) this.#close();
    return this.parts.observation();
  }

  protected take(frame: Buffer, isWhole: boolean): void {
    if (isWhole) this.#decode(frame);
    else this.#see({ type: 'error', message: 'an event of the upstream is too long', code: null, status: null });
  }

  /** The upstream has ended, or its terminal event has come: what the encoder still has goes to what is held. */
  #close(): void {
    this.#isOver = true;
    if (!this.terminal) {
      const rest = this.splitter.takeRest();
      if (rest !== null) this.#decode(rest);
      for (const part of this.#options.decoder.end()) this.#see(part);
    }
    if (!this.#isBroken && (this.terminal || this.parts.hasFinished())) {
      this.terminal = true;
      for (const event of this.#options.encoder.end()) this.#emit(event);
      const closing = this.#options.framer.end();
      if (closing !== null) this.held.push(closing);
    } else if (!this.#isBroken) {
      this.#see({
        type: 'error',
        message: 'The upstream ended in the middle of its answer.',
        code: null,
        status: null,
      });
    }
    this.held.unshift(...this.passed);
    this.passed = [];
  }

  #decode(frame: Buffer): void {
    const event = readFrame(this.#options.framing, frame);
    if (event === null) return;
    for (const part of this.#options.decoder.push(event)) this.#see(part);
  }

  #see(part: StreamPart): void {
    if (this.terminal) return;
    this.parts.see(part);
    if (part.type === 'error') {
      // Before any content another candidate can still be tried.
      if (this.parts.contentStarted()) this.#breakOff(part.message);
      return;
    }
    if (part.type === 'end') this.terminal = true;
    for (const event of this.#options.encoder.push(part)) this.#emit(event);
  }

  #breakOff(message: string): void {
    this.terminal = true;
    this.#isBroken = true;
    this.held.push(this.#options.errorEvent(message));
  }

  #emit(event: WireEvent): void {
    if (this.terminal) this.ending.push(event);
    (this.terminal ? this.held : this.passed).push(this.#options.framer.frame(event));
  }
}
