import type { GatewayError } from '../inference/index.ts';
import { freeInPot, type HoldRefusal, type Pot } from '../ledger/index.ts';
import { type BudgetNews, newsOf, newsOfRefusal, openPurse, type Purse, type PurseGround } from './purse.ts';
import { budgetExceeded } from './refusal.ts';
import type { ScopeState } from './scope-states.ts';

/** The pots of a call, each of the window in which it was let in: to that one it is charged, however long it takes. */
export type OpenPurses = {
  /** To hold from; a soft budget's has no limit. */
  readonly pots: readonly Pot[];
  /** Whether any budget refuses: then nothing passes whose cost is unknown. */
  readonly isHard: boolean;
  readonly purses: readonly Purse[];
};

export function openPurses(states: readonly ScopeState[], ground: PurseGround, wallMs: number): OpenPurses {
  const pots: Pot[] = [];
  const purses: Purse[] = [];
  let isHard = false;
  for (const state of states) {
    for (const purse of state.purses) {
      pots.push(openPurse(purse, ground, wallMs));
      purses.push(purse);
      isHard ||= purse.hard.length > 0;
    }
  }
  return { pots, isHard, purses };
}

/** A call that does not fit into one of its budgets. */
export type BudgetRefusal = { readonly error: GatewayError; readonly news: readonly BudgetNews[] };

export function refuseFor({ purses }: OpenPurses, refusal: HoldRefusal): BudgetRefusal {
  const purse = purses.find(({ pot }) => pot?.id === refusal.pot) ?? null;
  return { error: budgetExceeded(refusal, purse), news: purse === null ? [] : newsOfRefusal(purse) };
}

/** Whether every budget that the amount does not fit into lets the output limit be lowered instead. */
export function mayClampIn({ purses }: OpenPurses, asked: number): boolean {
  return purses.every(
    ({ hard, pot }) => pot === null || freeInPot(pot) >= asked || hard.every(({ policy }) => policy !== 'reject'),
  );
}

export function newsOfPurses({ purses }: OpenPurses): readonly BudgetNews[] {
  let news: readonly BudgetNews[] | null = null;
  for (const purse of purses) {
    const own = newsOf(purse);
    if (own.length > 0) news = news === null ? own : [...news, ...own];
  }
  return news ?? NO_NEWS;
}

const NO_NEWS: readonly BudgetNews[] = [];
