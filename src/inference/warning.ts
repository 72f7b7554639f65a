/** Something that a request says and the upstream's dialect cannot: left out, or put in another way. */
export type Warning = {
  /** The field in the caller's dialect if it is known, else in canonical words: `sampling.seed`. */
  readonly field: string;
  readonly message: string;
};
