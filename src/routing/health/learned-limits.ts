/** How many calls at once are taken of one process, by what refusals have taught it. */
export type LearnedLimit = {
  readonly calls: number;
  /** How long ago it was last told that it is too much. */
  readonly throttledAgoMs: number;
};

/** Whoever keeps them: this room carries them to other processes and back. */
export type LearnedLimits = {
  /** null: nobody has said that anything is too much. */
  readonly told: (circuit: string, nowMs: number) => LearnedLimit | null;
  /** `inFlight`: calls of this process to the circuit. */
  readonly heard: (circuit: string, limit: LearnedLimit, inFlight: number, nowMs: number) => void;
};

export const nothingLearned: LearnedLimits = { told: () => null, heard: () => undefined };
