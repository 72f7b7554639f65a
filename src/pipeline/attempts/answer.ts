import type { Deployment } from '../../catalog/index.ts';
import type { Observation } from '../../metering/index.ts';
import type { TransportFailure, UpstreamHandle, Verdict } from '../../providers/index.ts';
import type { StreamReading } from '../reading/answer-reader.ts';

/** Where an answer's bytes go once the attempt has been taken for answered. */
export type AnswerSink = {
  /** Bytes for the client; what is withheld from it is gone already. */
  readonly onBytes: (chunk: Buffer) => void;
  /** The terminal event has come; its bytes are held by the observer until the books are written. */
  readonly onTerminal: () => void;
  readonly onEnd: () => void;
  readonly onFailure: (failure: TransportFailure) => void;
};

export type Answer = {
  readonly deployment: Deployment;
  readonly status: number;
  readonly contentType: string;
  /** When the attempt began, monotonic, as is the next. */
  readonly startedMs: number;
  readonly firstByteAtMs: number;
} & (
  | { readonly kind: 'whole'; readonly body: Buffer; readonly observation: Observation }
  /** `observer` is null where a plain answer is too long to be held: its usage is estimated. */
  | { readonly kind: 'flowing'; readonly observer: StreamReading | null; readonly flow: Flow }
);

/** The rest of an answer that still comes in. */
export type Flow = Pick<UpstreamHandle, 'abort' | 'pause' | 'resume'> & {
  /** Hands over what came so far, and everything after it. Once. */
  readonly attach: (sink: AnswerSink) => void;
  /** What the observer held back, as the client may have it: an error in it repeats no credential. */
  readonly forClient: (held: Buffer | null) => Buffer | null;
};

export type AttemptOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | {
      readonly kind: 'failed';
      readonly verdict: Verdict;
      readonly refusal: Refusal | null;
      readonly message: string;
      /** Who could not be spoken to; null: it has answered. */
      readonly origin: string | null;
      /** What it answered in good order, and what goes to nobody: it is not the JSON that was asked for. */
      readonly unfit?: Observation;
    }
  | { readonly kind: 'gone' };

/** An upstream's own refusal, passed on as it came. */
export type Refusal = {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** The body is not in the upstream's dialect: it was read out of a stream, or is of whoever carries the dialect. */
  readonly isMade?: boolean;
};
