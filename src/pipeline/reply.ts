/** The way back to the client, as a door hands it in. The pipeline is the only writer. */
export type Reply = {
  /** Status and headers, as a flat list of names and values. Once. */
  readonly begin: (status: number, headers: readonly string[]) => void;
  /** False: the client reads slower than we write; wait for `whenDrained`. */
  readonly write: (chunk: Buffer) => boolean;
  readonly end: (chunk: Buffer | null) => void;
  /** Closes the connection in mid-answer, so that the client cannot take it for whole. */
  readonly cut: () => void;
  readonly isBegun: () => boolean;
  /** Ended, cut, or the client gone. */
  readonly isOver: () => boolean;
  /** Whether something was written since this was asked last. */
  readonly hasWritten: () => boolean;
  /** The client closed its connection before the answer was complete. */
  readonly isGone: () => boolean;
  /**
   * One listener each, the last one given. Methods, not properties to be set: V8 puts a function that is written down
   * right behind `x.y =` into the old generation, where it keeps all of its exchange alive until a full collection.
   */
  readonly whenGone: (listener: () => void) => void;
  /** Ended, cut, or the client gone: nothing comes any more. */
  readonly whenOver: (listener: () => void) => void;
  readonly whenDrained: (listener: () => void) => void;
};
