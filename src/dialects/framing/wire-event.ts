/** How events are set apart in the bytes of a stream. */
export type Framing = 'sse' | 'json-array' | 'ndjson' | 'aws-event-stream';

/** One event of a stream, without its frame. */
export type WireEvent = {
  /** SSE's `event:`, AWS's `:event-type`; null: none. */
  readonly name: string | null;
  /** JSON, or a word such as `[DONE]`. */
  readonly data: string;
};

/**
 * Finds where frames end, in bytes that come in any pieces. `isWhole` is false for the pieces of a frame too long to
 * be kept.
 */
export type Splitter = {
  readonly push: (chunk: Buffer, onFrame: (frame: Buffer, isWhole: boolean) => void) => void;
  /** The last byte ended a frame, and nothing is kept. */
  readonly isEmpty: () => boolean;
  /** Within a frame too long to be kept, of which some has been handed on. */
  readonly isInPieces: () => boolean;
  /** What is left at the end of the bytes: a frame without its end, or none. */
  readonly takeRest: () => Buffer | null;
};

/** Puts events into frames, in their order; `end` gives what closes the stream, if anything does. */
export type Framer = {
  readonly frame: (event: WireEvent) => Buffer;
  readonly end: () => Buffer | null;
};
