import type { LeaseAnswer, LeaseAsk } from './lease.ts';

/** The books as a process that leases from them reaches them. */
export type Lessor = {
  /** Nobody else spends from these books while this process runs. */
  readonly sole: boolean;
  /** A process that has not renewed for so long is taken for dead. */
  readonly ttlMs: number;
  /** Answers the epoch of the writer's leases. */
  readonly renew: (writer: string) => Promise<number>;
  readonly ask: (asks: readonly LeaseAsk[]) => Promise<readonly LeaseAnswer[]>;
  /** Asks all other processes for what they have leased of a pot and do not need. */
  readonly recall: (writer: string, pot: string) => Promise<void>;
  /** Resolves with the pots that others have recalled since the last time, once there are any. */
  readonly nextRecalls: (writer: string) => Promise<readonly string[]>;
};

/** Recalls on their way to the processes of one machine. */
export type RecallBoard = {
  readonly put: (from: string, pot: string) => void;
  readonly next: (writer: string) => Promise<readonly string[]>;
  readonly remove: (writer: string) => void;
};

type Box = { readonly pots: Set<string>; take: ((pots: readonly string[]) => void) | null };

export function openRecallBoard(): RecallBoard {
  const boxes = new Map<string, Box>();
  const boxOf = (writer: string): Box => {
    const box = boxes.get(writer) ?? { pots: new Set(), take: null };
    boxes.set(writer, box);
    return box;
  };
  const deliver = (box: Box): void => {
    if (box.take === null || box.pots.size === 0) return;
    const { take } = box;
    box.take = null;
    take([...box.pots]);
    box.pots.clear();
  };
  return {
    put: (from, pot) => {
      for (const [writer, box] of boxes) {
        if (writer === from) continue;
        box.pots.add(pot);
        deliver(box);
      }
    },
    next: (writer) =>
      new Promise((resolve) => {
        const box = boxOf(writer);
        box.take = resolve;
        deliver(box);
      }),
    remove: (writer) => void boxes.delete(writer),
  };
}
