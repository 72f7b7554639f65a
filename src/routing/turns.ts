import { Lru } from '../std/index.ts';

export type Turns = {
  /** 0, 1, 2, … for each model by itself. */
  readonly next: (model: string) => number;
  /** What `next` would give, without taking it. */
  readonly peek: (model: string) => number;
};

/** Callers make up names. */
const MAX_MODELS = 4_096;

/** Counts the plans of each model: whose turn it is where everybody has one. */
export function openTurns(): Turns {
  const turns = new Lru<{ next: number }>(MAX_MODELS);
  return {
    next: (model) => {
      const known = turns.get(model);
      if (known !== undefined) return known.next++;
      turns.set(model, { next: 1 });
      return 0;
    },
    peek: (model) => turns.get(model)?.next ?? 0,
  };
}
