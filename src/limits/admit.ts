import type { VirtualKeyId } from '../inference/index.ts';
import { freeInPot, type Pot } from '../ledger/index.ts';
import { budgetExceeded, rateLimited } from './refusal.ts';
import {
  addToWindow,
  countInWindow,
  openWindow,
  type SlidingWindow,
  takeFromWindow,
  waitForWindow,
} from './sliding-window.ts';

/** What limits know of a key. */
export type KeyLimits = {
  readonly keyId: VirtualKeyId;
  readonly rpm: number | null;
  readonly maxBudgetNanoUsd: bigint | null;
};

/** What a caller was let in with: its pots to hold from, and the headers that tell what remains. */
export type Admission = {
  readonly pots: readonly Pot[];
  readonly requests: { readonly limit: number; readonly remaining: number } | null;
  /** Gives the request back: for a call that was refused after it was let in. */
  readonly giveBack: (nowMs: number) => void;
};

export type Admissions = {
  /** Throws a GatewayError (402, 429); a refused request consumes nothing. */
  readonly admit: (key: KeyLimits, nowMs: number) => Admission;
  readonly potOf: (key: KeyLimits) => Pot | null;
};

const OPEN: Admission = { pots: [], requests: null, giveBack: () => undefined };

/** `potFor` opens the pot of a budget with what was spent from it before. */
export function openAdmissions(potFor: (potId: string, limit: bigint) => Pot): Admissions {
  const windows = new Map<VirtualKeyId, SlidingWindow>();
  const potOf = (key: KeyLimits): Pot | null =>
    key.maxBudgetNanoUsd === null ? null : potFor(`key:${key.keyId}`, key.maxBudgetNanoUsd);
  return {
    potOf,
    admit: (key, nowMs) => {
      if (key.rpm === null && key.maxBudgetNanoUsd === null) return OPEN;
      const pot = potOf(key);
      if (pot !== null) refuseEmpty(pot);
      const pots = pot === null ? [] : [pot];
      if (key.rpm === null) return { ...OPEN, pots };
      const window = takeRequest(windows, key.keyId, key.rpm, nowMs);
      return {
        pots,
        requests: { limit: key.rpm, remaining: key.rpm - countInWindow(window, nowMs) },
        giveBack: (laterMs) => addToWindow(window, -1, laterMs),
      };
    },
  };
}

function refuseEmpty(pot: Pot): void {
  if (freeInPot(pot) > 0 || pot.limit - pot.posted - pot.postedElsewhere > 0) return;
  const used = pot.posted + pot.postedElsewhere;
  throw budgetExceeded({ pot: pot.id, limit: pot.limit, used, held: pot.held, asked: 0 }, 'Raise the budget.');
}

function takeRequest(
  windows: Map<VirtualKeyId, SlidingWindow>,
  keyId: VirtualKeyId,
  limit: number,
  nowMs: number,
): SlidingWindow {
  let window = windows.get(keyId);
  if (window === undefined) {
    window = openWindow();
    windows.set(keyId, window);
  }
  if (!takeFromWindow(window, 1, limit, nowMs)) {
    throw rateLimited(`key:${keyId}`, limit, countInWindow(window, nowMs), waitForWindow(window, 1, limit, nowMs));
  }
  return window;
}
