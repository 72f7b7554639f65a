import type { GatewayError } from '../inference/index.ts';
import { type Gauge, isIdle, type LimitInUse, limitInUse } from './gauge.ts';
import { type OpenPurses, openPurses } from './open-purses.ts';
import type { PurseGround } from './purse.ts';
import { rateHeaders } from './rate-headers.ts';
import {
  type CallTokens,
  giveRatesBack,
  type Refused,
  refusalOf,
  settleRates,
  type TakenRates,
  takeRates,
} from './rates.ts';
import { type AllowedScope, type LimitedCall, type RuleBook, scopesOf, scopesOfDeployment } from './rule-book.ts';
import { openScopeStates, type ScopeState } from './scope-states.ts';
import type { Sharing } from './sharing/sharing.ts';

/** What a caller was let in with. */
export type Admission = {
  readonly outcome: 'admitted';
  readonly purses: OpenPurses;
  /** What remains of its rate limits; flat. */
  readonly headers: readonly string[];
  /** Gives all of it back: for a call that was refused after it was let in. */
  readonly giveBack: (nowMs: number) => void;
  /** The call has ended, with what it used; null: nothing is known to have been. Once, and not after `giveBack`. */
  readonly settle: (used: CallTokens | null, nowMs: number) => void;
};

export type NotAdmitted = {
  readonly outcome: 'refused';
  readonly error: GatewayError;
  readonly headers: readonly string[];
  /** Other processes may have what is missing, and are being asked: try once more when it resolves. null: no use. */
  readonly later: Promise<void> | null;
};

/** Two clocks: rates run on one that never goes back, budgets by the calendar. Milliseconds. */
export type Moment = { readonly monotonicMs: number; readonly wallMs: number };

export type Admissions = {
  /** A refused request consumes nothing. */
  readonly admit: (call: LimitedCall, now: Moment) => Admission | NotAdmitted;
  /** The budgets that the call would be charged to now; nothing is taken. */
  readonly pursesOf: (call: LimitedCall, now: Moment) => OpenPurses;
  /** The same for an attempt at a deployment, by its rules and its provider's; null: they have none. */
  readonly admitTo: (
    place: { readonly deployment: string; readonly provider: string },
    expected: CallTokens,
    now: Moment,
  ) => Admission | NotAdmitted | null;
  /** The rate limits of which something is used; of those that nobody uses nothing is known. */
  readonly inUse: (nowMs: number) => readonly LimitInUse[];
};

export type AdmissionsOptions = PurseGround & {
  readonly rules: () => RuleBook;
  /** With whom the rates are counted; left out: nobody. */
  readonly sharing?: Sharing | null;
};

export function openAdmissions(options: AdmissionsOptions): Admissions {
  const sharing = options.sharing ?? null;
  const states = openScopeStates(sharing);
  const admitIn = (scopes: readonly AllowedScope[], expected: CallTokens, now: Moment): Admission | NotAdmitted => {
    const found: ScopeState[] = [];
    const gauges: Gauge[] = [];
    for (const scope of scopes) {
      const state = states.stateOf(scope, now.monotonicMs);
      found.push(state);
      if (state.gauges.length > 0) gauges.push(...state.gauges);
    }
    const purses = openPurses(found, options, now.wallMs);
    return gauges.length === 0 ? { ...UNLIMITED, purses } : admitAtRates(gauges, purses, expected, now, sharing);
  };
  return {
    admit: (call, now) => admitIn(scopesOf(call, options.rules()), call, now),
    pursesOf: (call, now) => {
      const found = scopesOf(call, options.rules()).map((scope) => states.stateOf(scope, now.monotonicMs));
      return openPurses(found, options, now.wallMs);
    },
    admitTo: ({ deployment, provider }, expected, now) => {
      const rules = options.rules();
      if (rules.deployment.size === 0 && rules.provider.size === 0) return null;
      const scopes = scopesOfDeployment(deployment, provider, rules);
      return scopes.length === 0 ? null : admitIn(scopes, expected, now);
    },
    inUse: (nowMs) =>
      [...states.all()].flatMap(({ scope, gauges }) =>
        gauges.filter((gauge) => !isIdle(gauge, nowMs)).map((gauge) => limitInUse(scope, gauge, nowMs)),
      ),
  };
}

const UNLIMITED = { outcome: 'admitted', headers: [], giveBack: () => undefined, settle: () => undefined } as const;

function admitAtRates(
  gauges: readonly Gauge[],
  purses: OpenPurses,
  expected: CallTokens,
  { monotonicMs, wallMs }: Moment,
  sharing: Sharing | null,
): Admission | NotAdmitted {
  const taken = takeRates(gauges, expected, monotonicMs);
  if (sharing !== null && !('waitMs' in taken)) tellTaken(taken, sharing);
  const headers = rateHeaders(gauges, monotonicMs);
  if ('waitMs' in taken) {
    const later = sharing === null ? null : askForMore(taken.short, sharing);
    const error = refusalOf(taken, wallMs);
    const resetAt = new Date(wallMs + taken.waitMs).toISOString();
    headers.push('rate_limit_type', taken.gauge.type, 'reset_at', resetAt);
    return { outcome: 'refused', error, headers, later };
  }
  let isOver = false;
  const once = (run: () => void): void => {
    if (isOver) return;
    isOver = true;
    run();
  };
  return {
    outcome: 'admitted',
    purses,
    headers,
    giveBack: (nowMs) => once(() => giveRatesBack(taken, nowMs)),
    settle: (used, nowMs) => once(() => settleRates(taken, used, nowMs)),
  };
}

function tellTaken({ gauges, amounts }: TakenRates, sharing: Sharing): void {
  for (const [at, { share }] of gauges.entries()) if (share !== null) sharing.took(share, amounts[at] ?? 0);
}

/** Only where each of the shares that were too small may grow. */
function askForMore(short: Refused['short'], sharing: Sharing): Promise<void> | null {
  const waits = short.map(({ share, amount }) => sharing.short(share, amount, 1));
  return waits.length > 0 && waits.every((wait) => wait !== null) ? Promise.all(waits).then(() => undefined) : null;
}
