import {
  type AnswerContext,
  askedStructure,
  type Dialect,
  type Framing,
  readFrame,
  responseOfStream,
  type Splitter,
  type Steps,
  splitFrames,
  type Threading,
  type WireEvent,
} from '../../dialects/index.ts';
import type { ChatResponse, StreamPart } from '../../inference/index.ts';
import { type Observation, PartObserver } from '../../metering/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { Gathering, WholeReading } from './answer-reader.ts';

/** All of it is kept until it is whole: an answer of a million tokens has less. */
const MAX_GATHERED_BYTES = 64 * 1_048_576;

export type GatheredStreamOptions = {
  /** How the upstream frames its events. */
  readonly framing: Framing;
  readonly decoder: Steps<WireEvent, StreamPart>;
  readonly client: Dialect;
  readonly context: AnswerContext;
  /** The upstream speaks the client's dialect, and its last event may hold the whole answer. */
  readonly ending: Threading['ending'] | null;
};

/** A stream that came for a client who asked for a plain answer: nothing of it goes out before it is over. */
export class GatheredStream implements Gathering {
  readonly #options: GatheredStreamOptions;
  readonly #splitter: Splitter;
  readonly #observer: PartObserver;
  readonly #parts: StreamPart[] = [];
  #bytes = 0;
  #isWhole = false;
  #ending: JsonObject | null = null;
  readonly #onFrame = (frame: Buffer, isWhole: boolean): void => {
    if (isWhole) this.#decode(frame);
  };

  constructor(options: GatheredStreamOptions) {
    this.#options = options;
    this.#observer = new PartObserver(askedStructure(options.context.received.body) !== null);
    this.#splitter = splitFrames(options.framing, MAX_GATHERED_BYTES);
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (!this.isOver()) this.#splitter.push(chunk, this.#onFrame);
  }

  contentStarted(): boolean {
    return this.#observer.contentStarted();
  }

  isOver(): boolean {
    return this.#isWhole || this.#observer.hasFailed() || this.#bytes > MAX_GATHERED_BYTES;
  }

  observation(): Observation {
    return this.#observer.observation();
  }

  read(): WholeReading | null {
    if (!this.#isWhole) this.#close();
    const { client, context } = this.#options;
    const isComplete = this.#isWhole || this.#observer.hasFinished();
    if (!isComplete || this.#observer.hasFailed() || client.chat === null) return null;
    const told = this.#toldWhole(client);
    const response = responseOfStream(this.#parts);
    const body = told ?? client.chat.encodeResponse({ ...response, model: context.received.model }, context);
    return {
      observation: this.observation(),
      body: Buffer.from(JSON.stringify(body)),
      contentType: 'application/json',
    };
  }

  /** Some servers of the Responses API say `output: []` there, however much they wrote before. */
  #toldWhole({ chat }: Dialect): JsonObject | null {
    const response = this.#ending === null ? null : (chat?.decodeResponse(this.#ending) ?? null);
    return response !== null && hasContent(response) ? this.#ending : null;
  }

  #close(): void {
    const rest = this.#splitter.takeRest();
    if (rest !== null) this.#decode(rest);
    for (const part of this.#options.decoder.end()) this.#see(part);
  }

  #decode(frame: Buffer): void {
    const event = readFrame(this.#options.framing, frame);
    if (event === null || this.#isWhole) return;
    this.#ending ??= this.#options.ending?.(event) ?? null;
    for (const part of this.#options.decoder.push(event)) this.#see(part);
  }

  #see(part: StreamPart): void {
    this.#observer.see(part);
    this.#parts.push(part);
    if (part.type === 'end') this.#isWhole = true;
  }
}

function hasContent({ choices }: ChatResponse): boolean {
  return choices.some(({ content }) => content.length > 0);
}
