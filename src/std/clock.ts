/** Time as an argument: rooms that decide take a Clock instead of reading one. */
export type Clock = {
  /** Wall time, milliseconds since the Unix epoch. For labels and windows, never for durations. */
  readonly nowMs: () => number;
  /** Milliseconds of a clock that never goes back. For durations, deadlines and limits. */
  readonly monotonicMs: () => number;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
