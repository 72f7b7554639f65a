import {
  type Carriage,
  type Framer,
  type Framing,
  readFrame,
  type Steps,
  type WireEvent,
} from '../../dialects/index.ts';
import type { StreamPart } from '../../inference/index.ts';
import type { Observation } from '../../metering/index.ts';
import { ObservedStream } from './observed-stream.ts';

/** An event longer than this is passed on in pieces and not looked into. */
const MAX_EVENT_BYTES = 16 * 1_048_576;

export type PassingStreamOptions = {
  readonly framing: Framing;
  readonly decoder: Steps<WireEvent, StreamPart>;
  /** `finish`: the dialect has no terminal event, the chunk that names the finish is the last one. */
  readonly ending: 'event' | 'finish';
  /** Given: the client wants the same events in other frames. */
  readonly framer: Framer | null;
  /** Given: each event is carried in one of another dialect's, whose framing it is. */
  readonly eventIn: Carriage['eventIn'] | null;
  /** The request asks for JSON: what the answer says is kept. */
  readonly watchesTexts: boolean;
};

/** Events that go to the client as they came, in a dialect of which each is decoded anyhow to know what it says. */
export class PassingStream extends ObservedStream {
  readonly #options: PassingStreamOptions;
  #released = false;

  constructor(options: PassingStreamOptions) {
    super(options.framing, MAX_EVENT_BYTES, options.watchesTexts);
    this.#options = options;
  }

  push(chunk: Buffer): Buffer | null {
    return this.#released && this.#options.framer === null ? chunk : this.pushThrough(chunk);
  }

  takeHeld(): Buffer | null {
    const rest = this.splitter.takeRest();
    if (rest !== null && this.#options.framer === null) this.held.push(rest);
    if (this.terminal) this.#released = true;
    const closing = this.#options.framer?.end() ?? null;
    if (closing !== null) this.held.push(closing);
    return this.takeAllHeld();
  }

  isBetweenEvents(): boolean {
    return !this.splitter.isInPieces();
  }

  observation(): Observation {
    const rest = this.splitter.takeRest();
    if (rest !== null) {
      const event = this.#eventOf(rest);
      if (event !== null) this.#look(event);
      this.held.push(...this.#framed(rest, event));
    }
    for (const part of this.#options.decoder.end()) this.parts.see(part);
    return this.parts.observation();
  }

  protected take(frame: Buffer, isWhole: boolean): void {
    const isNews = isWhole && !this.terminal;
    const event = isNews || this.#options.framer !== null ? this.#eventOf(frame) : null;
    if (isNews && event !== null) this.#look(event);
    const into = this.terminal && !this.#released ? this.held : this.passed;
    into.push(...this.#framed(frame, event));
  }

  #eventOf(frame: Buffer): WireEvent | null {
    const { framing, eventIn } = this.#options;
    const event = readFrame(framing, frame);
    return event === null || eventIn === null ? event : eventIn(event);
  }

  #look(event: WireEvent): void {
    for (const part of this.#options.decoder.push(event)) {
      this.parts.see(part);
      if (part.type === 'end') this.ending.push(event);
      if (part.type === 'end' || (part.type === 'finish' && this.#options.ending === 'finish')) this.terminal = true;
    }
  }

  #framed(frame: Buffer, event: WireEvent | null): readonly Buffer[] {
    const { framer } = this.#options;
    if (framer === null) return [frame];
    return event === null ? [] : [framer.frame(event)];
  }
}
