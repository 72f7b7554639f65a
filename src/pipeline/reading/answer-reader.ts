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

/** How the answer of one attempt is read, and what of it goes to the client. */
export type AnswerReader = {
  /** How the upstream's streams are framed. */
  readonly framing: Framing;
  /** What the client is told of a stream; null: what the upstream said. */
  readonly streamContentType: string | null;
  readonly openStream: () => StreamReading;
  /** null: the body is no answer of the upstream's dialect. For a client that asked for a stream it becomes one. */
  readonly readWhole: (body: Buffer, header: HeaderOf) => WholeReading | null;
};
