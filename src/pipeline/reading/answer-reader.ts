import type { Framing, WireEvent } from '../../dialects/index.ts';
import type { Observation, StreamObserver } from '../../metering/index.ts';

/** A header of the upstream's answer by its name in lower case; null: it has none. */
export type HeaderOf = (name: string) => string | null;

/** A plain answer, read, and as the client gets it. */
export type WholeReading = {
  readonly observation: Observation;
  readonly body: Buffer;
  /** null: the upstream's. */
  readonly contentType: string | null;
};

/** A stream, read; `endings` are the events from the terminal one on, where they are known. */
export type StreamReading = StreamObserver & { readonly endings?: () => readonly WireEvent[] };

/** A stream in answer to a plain request, until it is whole. */
export type Gathering = {
  readonly push: (chunk: Buffer) => void;
  readonly contentStarted: () => boolean;
  /** Nothing that comes now would change it: its terminal event has come, or an error, or too much. */
  readonly isOver: () => boolean;
  readonly observation: () => Observation;
  /** Once, at the end. null: it was cut off, failed, or is too long to be kept. */
  readonly read: () => WholeReading | null;
};

/** How the answer of one attempt is read, and what of it goes to the client. */
export type AnswerReader = {
  /** How the upstream's streams are framed. */
  readonly framing: Framing;
  /** Its dialect is carried in another one, in whose words refusals are. */
  readonly isCarried: boolean;
  /** What the client is told of a stream; null: what the upstream said. */
  readonly streamContentType: string | null;
  readonly openStream: () => StreamReading;
  /** For a plain request that is answered by a stream all the same; null: no such answer can be. */
  readonly gather: (() => Gathering) | null;
  /** null: the body is no answer of the upstream's dialect. For a client that asked for a stream it becomes one. */
  readonly readWhole: (body: Buffer, header: HeaderOf) => WholeReading | null;
};
