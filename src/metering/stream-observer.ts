import { dataOf, jsonOf } from './event-data.ts';
import { EventSplitter } from './event-splitter.ts';
import { nothingSeen, type Observation, see } from './observation.ts';

export type StreamObserverOptions = {
  /** Keeps from the client the event that holds nothing but usage: the client did not ask for it, we did. */
  readonly withholdUsage: boolean;
};

export type StreamObserver = {
  /**
   * Takes the next bytes and gives back those that may go to the client now: whole events, the same buffer where
   * nothing is withheld. Held back are an event that is not complete yet and, from the terminal event on, everything.
   */
  readonly push: (chunk: Buffer) => Buffer | null;
  /** What is held back. After the terminal event has been taken, the rest flows freely. */
  readonly takeHeld: () => Buffer | null;
  /** Generated content has come; a role alone, comments and keep-alives are none. */
  readonly contentStarted: () => boolean;
  /** `data: [DONE]` has come. */
  readonly terminalSeen: () => boolean;
  /** The stream began with an error: another candidate may still be tried. */
  readonly failedBeforeContent: () => boolean;
  /** Looks into what is left, too: call it at the terminal event or at the end. */
  readonly observation: () => Observation;
};

const DONE = Buffer.from('[DONE]');
const USAGE = Buffer.from('"usage":');
const FINISH = Buffer.from('"finish_reason":');
const ERROR = Buffer.from('"error"');
const EMPTY_CHOICES = /"choices"\s*:\s*\[\s*\]/;
/** `data: [DONE]` with line ends and an event name is not longer. */
const LONGEST_TERMINAL_BYTES = 64;

/** Reads a stream of OpenAI's events from a copy of its bytes: usage, ids, finish reason; parses few of them. */
export function createStreamObserver(options: StreamObserverOptions): StreamObserver {
  return new Observer(options);
}

/** A class, for one is made per stream and its methods run per chunk. */
class Observer implements StreamObserver {
  readonly #splitter = new EventSplitter();
  readonly #seen = nothingSeen();
  readonly #withholdUsage: boolean;
  #terminal = false;
  #released = false;
  #content = false;
  #parsed = 0;
  /** Bytes around the content of an event, as the last parsed one had them. */
  #envelopeBytes = Number.POSITIVE_INFINITY;
  #held: Buffer[] = [];
  #passed: Buffer[] = [];
  /** Something of this chunk, or from before it, is not passed on as it came. */
  #kept = false;
  readonly #onEvent = (event: Buffer, isWhole: boolean): void => this.#take(event, isWhole);

  constructor({ withholdUsage }: StreamObserverOptions) {
    this.#withholdUsage = withholdUsage;
  }

  push(chunk: Buffer): Buffer | null {
    if (this.#released) return chunk;
    if (this.#terminal) {
      this.#held.push(chunk);
      return null;
    }
    this.#passed = [];
    this.#kept = !this.#splitter.isEmpty();
    this.#splitter.push(chunk, this.#onEvent);
    if (!this.#kept && this.#splitter.isEmpty()) return chunk;
    const [only] = this.#passed;
    return only === undefined ? null : this.#passed.length === 1 ? only : Buffer.concat(this.#passed);
  }

  takeHeld(): Buffer | null {
    const rest = this.#splitter.takeRest();
    if (rest !== null) this.#held.push(rest);
    if (this.#terminal) this.#released = true;
    if (this.#held.length === 0) return null;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    return held;
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

  observation(): Observation {
    const rest = this.#terminal ? null : this.#splitter.takeRest();
    if (rest !== null) {
      this.#look(rest);
      this.#held.push(rest);
    }
    return this.#seen;
  }

  #take(event: Buffer, isWhole: boolean): void {
    if (this.#terminal) {
      this.#held.push(event);
      return;
    }
    if (isWhole && isTerminal(event)) {
      this.#terminal = true;
      this.#kept = true;
      this.#held.push(event);
    } else if (isWhole && this.#look(event)) this.#kept = true;
    else {
      if (!isWhole) this.#countUnseen(event);
      this.#passed.push(event);
    }
  }

  /** A piece of an event too long to be looked into: all of it counts as content. */
  #countUnseen(piece: Buffer): void {
    this.#content = true;
    this.#seen.contentBytes += piece.length;
  }

  /** True: the event is to be withheld. Only the first events and those that tell something are parsed. */
  #look(event: Buffer): boolean {
    const usage = hasObject(event, USAGE);
    if (this.#content && this.#parsed > 1 && !usage && !hasText(event, FINISH) && event.indexOf(ERROR) === -1) {
      this.#seen.contentBytes += Math.max(0, event.length - this.#envelopeBytes);
      return false;
    }
    const body = jsonOf(event);
    if (body === null) return false;
    this.#parsed++;
    const before = this.#seen.contentBytes;
    see(this.#seen, body);
    const added = this.#seen.contentBytes - before;
    // The envelope of a stream hardly changes: the least one seen never counts too little content.
    if (added > 0) this.#envelopeBytes = Math.min(this.#envelopeBytes, event.length - added);
    if (added > 0 || this.#seen.finishReason !== null) this.#content = true;
    return usage && this.#withholdUsage && EMPTY_CHOICES.test(event.toString('latin1', 0, 4_096));
  }
}

function isTerminal(event: Buffer): boolean {
  if (event.length > LONGEST_TERMINAL_BYTES || event.indexOf(DONE) === -1) return false;
  return dataOf(event)?.toString('latin1').trim() === '[DONE]';
}

/** Whether the member's value is an object and not null. */
function hasObject(event: Buffer, member: Buffer): boolean {
  return valueStartsWith(event, member, 0x7b);
}

function hasText(event: Buffer, member: Buffer): boolean {
  return valueStartsWith(event, member, 0x22);
}

function valueStartsWith(event: Buffer, member: Buffer, wanted: number): boolean {
  for (let at = event.indexOf(member); at !== -1; at = event.indexOf(member, at + 1)) {
    let value = at + member.length;
    while (event[value] === 0x20) value++;
    if (event[value] === wanted) return true;
  }
  return false;
}
