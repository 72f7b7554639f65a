import type { Allowance } from '../inference/index.ts';
import { type Gauge, gaugesOf, isIdle } from './gauge.ts';
import { type Purse, pursesOf } from './purse.ts';
import type { AllowedScope } from './rule-book.ts';
import { type Scope, scopeName } from './scope.ts';
import type { Sharing } from './sharing/sharing.ts';

/** What is counted of one scope, by the rules that it now has. */
export type ScopeState = {
  readonly scope: Scope;
  readonly allowance: Allowance;
  readonly purses: readonly Purse[];
  readonly gauges: readonly Gauge[];
};

export type ScopeStates = {
  readonly stateOf: (scope: AllowedScope, nowMs: number) => ScopeState;
  readonly all: () => Iterable<ScopeState>;
};

const FIRST_SWEEP = 10_000;

/** Scopes are made when they are first used; those of which nothing is counted any more are forgotten now and then. */
export function openScopeStates(sharing: Sharing | null): ScopeStates {
  const states = new Map<string, ScopeState>();
  let sweepAt = FIRST_SWEEP;
  const sweep = (nowMs: number): void => {
    for (const [name, { gauges }] of states) {
      if (gauges.every((gauge) => isIdle(gauge, nowMs))) states.delete(name);
    }
    sweepAt = Math.max(FIRST_SWEEP, states.size * 2);
  };
  return {
    stateOf: (scope, nowMs) => {
      const key = scope.model === null ? `${scope.kind}\n${scope.id}` : `${scope.kind}\n${scope.id}\n\n${scope.model}`;
      const known = states.get(key);
      if (known !== undefined && known.allowance === scope.allowance) return known;
      if (known === undefined && states.size >= sweepAt) sweep(nowMs);
      const { allowance } = scope;
      const state: ScopeState = {
        scope: known?.scope ?? scope,
        allowance,
        purses: pursesOf(scope.kind, scopeName(scope), allowance, known?.purses ?? []),
        gauges: gaugesOf(scope, allowance, known?.gauges ?? [], sharing),
      };
      states.set(key, state);
      return state;
    },
    all: () => states.values(),
  };
}
