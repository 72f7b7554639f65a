import { dataOf, EventSplitter, isJsonObject, jsonOf } from '../std/index.ts';
import { CallsSeen } from './calls-seen.ts';
import { generatedBytes } from './generated-bytes.ts';
import { isTelling } from './is-telling.ts';
import { nothingSeen, type Observation, type Seen, see, type WireWords } from './observation.ts';
import { TextsSeen } from './texts-seen.ts';

export type StreamObserverOptions = {
  /** Keeps from the client the event that holds nothing but usage: the client did not ask for it, we did. */
  readonly withholdUsage: boolean;
  readonly words: WireWords;
  /** The request declares tools: what the answer calls is looked at. */
  readonly watchesCalls?: boolean;
  /** The request asks for JSON: what the answer says is kept. */
  readonly watchesTexts?: boolean;
};

export type StreamObserver = {
  /**
   * Takes the next bytes and gives back those that may go to the client now: whole events, the same buffer where
   * nothing is withheld. Held back are an event that is not complete yet (so that an error event can follow what was
   * passed on at any moment) and, from the terminal event on, everything.
   */
  readonly push: (chunk: Buffer) => Buffer | null;
  /** What is held back. After the terminal event has been taken, the rest flows freely. */
  readonly takeHeld: () => Buffer | null;
  /** What was passed on ends with a whole event; false only within an event too long to be held. */
  readonly isBetweenEvents: () => boolean;
  /** Generated content has come, or a finish reason without an error; a role alone, comments and keep-alives are none. */
  readonly contentStarted: () => boolean;
  /** `data: [DONE]` has come. */
  readonly terminalSeen: () => boolean;
  /** The stream began with an error: another candidate may still be tried. */
  readonly failedBeforeContent: () => boolean;
  /** An error has come, at the beginning or in the middle. */
  readonly hasFailed: () => boolean;
  /** Looks into what is left, too: call it at the terminal event or at the end. */
  readonly observation: () => Observation;
};

/** `data: [DONE]` with line ends and an event name is not longer; with a comment it may be, and still holds no brace. */
const LONGEST_TERMINAL_BYTES = 256;
/** Without the first quote, as in `isTelling`. */
const CALLS = 'tool_calls"';
const TEXT = 'content"';
/** Some streams never name a model: after so many events it is not looked for any more. */
const MOST_LOOKED_INTO = 8;

/** Reads a stream of OpenAI's events from a copy of its bytes: usage, ids, finish reason; parses few of them. */
export function createStreamObserver(options: StreamObserverOptions): StreamObserver {
  return new Observer(options);
}

/** A class, for one is made per stream and its methods run per chunk. */
class Observer implements StreamObserver {
  readonly #splitter = new EventSplitter();
  readonly #seen: Seen = nothingSeen();
  readonly #withholdUsage: boolean;
  readonly #words: WireWords;
  readonly #calls: CallsSeen | null;
  readonly #texts: TextsSeen | null;
  #terminal = false;
  #released = false;
  #content = false;
  #lookedInto = 0;
  #held: Buffer[] = [];
  #passed: Buffer[] = [];
  /** Something of this chunk, or from before it, is not passed on as it came. */
  #kept = false;
  readonly #onEvent = (event: Buffer, isWhole: boolean): void => this.#take(event, isWhole);

  constructor({ withholdUsage, words, watchesCalls, watchesTexts }: StreamObserverOptions) {
    this.#calls = watchesCalls === true ? new CallsSeen() : null;
    this.#texts = watchesTexts === true ? new TextsSeen() : null;
    this.#withholdUsage = withholdUsage;
    this.#words = words;
  }

  push(chunk: Buffer): Buffer | null {
    if (this.#released) return chunk;
    if (this.#terminal) {
      this.#held.push(chunk);
      return null;
    }
    this.#kept = !this.#splitter.isEmpty();
    this.#splitter.push(chunk, this.#onEvent);
    if (this.#terminal) this.#holdRest();
    const passed = this.#passed;
    if (passed.length === 0) return null;
    this.#passed = [];
    if (!this.#kept && this.#splitter.isEmpty()) return chunk;
    const [only] = passed;
    return passed.length === 1 && only !== undefined ? only : Buffer.concat(passed);
  }

  takeHeld(): Buffer | null {
    this.#holdRest();
    if (this.#terminal) this.#released = true;
    if (this.#held.length === 0) return null;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    return held;
  }

  isBetweenEvents(): boolean {
    return !this.#splitter.isInPieces();
  }

  contentStarted(): boolean {
    return this.#content;
  }

  terminalSeen(): boolean {
    return this.#terminal;
  }

  failedBeforeContent(): boolean {
    return !this.#content && this.#seen.error !== null;
  }

  hasFailed(): boolean {
    return this.#seen.error !== null;
  }

  observation(): Observation {
    const rest = this.#splitter.takeRest();
    if (rest !== null && !this.#look(rest.toString('latin1'))) this.#held.push(rest);
    if (this.#calls !== null) this.#seen.calls = this.#calls.all();
    if (this.#texts !== null) this.#seen.texts = this.#texts.all();
    return this.#seen;
  }

  #holdRest(): void {
    const rest = this.#splitter.takeRest();
    if (rest !== null) this.#held.push(rest);
  }

  #take(event: Buffer, isWhole: boolean): void {
    if (this.#terminal) this.#held.push(event);
    else if (isWhole) this.#takeWhole(event);
    else {
      this.#countUnseen(event);
      this.#passed.push(event);
    }
  }

  #takeWhole(event: Buffer): void {
    // A letter to a byte: cheaper than decoding, and enough to search in.
    const text = event.toString('latin1');
    if (isTerminal(text)) {
      this.#terminal = true;
      this.#kept = true;
      this.#held.push(event);
    } else if (this.#look(text)) this.#kept = true;
    else this.#passed.push(event);
  }

  /** A piece of an event too long to be looked into: all of it counts as content. */
  #countUnseen(piece: Buffer): void {
    this.#content = true;
    this.#seen.contentBytes += piece.length;
  }

  /** True: the event is to be withheld. Only the first events and those that tell something are parsed. */
  #look(text: string): boolean {
    const bytes = generatedBytes(text);
    this.#seen.contentBytes += bytes;
    if (bytes > 0) this.#content = true;
    const isCalling = this.#calls !== null && text.includes(CALLS);
    const isNews = !(this.#isKnown() || this.#lookedInto > MOST_LOOKED_INTO) || isTelling(text);
    const isSaying = this.#texts !== null && text.includes(TEXT);
    if (!isNews && !isCalling && !isSaying) return false;
    const body = jsonOf(text);
    if (body === null) return false;
    if (isCalling) this.#calls?.seeChunk(body);
    if (isSaying) this.#texts?.seeChunk(body);
    if (!isNews) return false;
    this.#lookedInto++;
    see(this.#seen, body, this.#words);
    // Some say in one event that they failed and that they are done (OpenRouter).
    if (this.#seen.finishReason !== null && this.#seen.error === null) this.#content = true;
    return (
      this.#withholdUsage && isJsonObject(body['usage']) && hasNoChoice(body['choices']) && body['error'] === undefined
    );
  }

  #isKnown(): boolean {
    return this.#seen.upstreamId !== null && this.#seen.model !== null;
  }
}

function hasNoChoice(choices: unknown): boolean {
  return choices === undefined || choices === null || (Array.isArray(choices) && choices.length === 0);
}

function isTerminal(event: string): boolean {
  if (event.length > LONGEST_TERMINAL_BYTES && event.includes('{')) return false;
  return event.includes('[DONE]') && dataOf(event)?.trim() === '[DONE]';
}
