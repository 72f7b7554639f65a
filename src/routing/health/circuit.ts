import { type BreakerPolicy, type FailureKind, type HealthPolicy, usualBreaker } from './health-policy.ts';

export type RestCause = 'failures' | 'rate_limit' | 'credential';

/**
 * A circuit breaker. What it has seen is in it, time comes with each event: the same events at the same times make the
 * same circuit.
 */
export type Circuit = {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Of the last opening; null: there was none. */
  readonly cause: RestCause | null;
  /** Open: the end of the rest. Half-open: how long the probe that is out keeps others away; 0: none is out. */
  readonly untilMs: number;
  /** When the last probe went out: only its own report makes room for the next. */
  readonly probedMs: number;
  /** The last opening: what began before it says nothing new. */
  readonly openedMs: number;
  readonly closedMs: number;
  /** Openings in a row. */
  readonly openings: number;
  /** Calls that were judged, for the places of the failures among them. */
  readonly calls: number;
  /** The last ones, oldest first; no more than it takes to open. */
  readonly failures: readonly { readonly call: number; readonly atMs: number }[];
  /** Failures since the last answer, by kind. */
  readonly inARow: Readonly<Partial<Record<FailureKind, number>>>;
  /** How often the learned rest of a rate limit has doubled. */
  readonly pace: number;
  readonly pacedMs: number;
};

export type CircuitEvent =
  /** A call wants to go out; `claim` asks for the place of the probe where there is one. */
  | { readonly type: 'claimed' }
  /** The probe has brought content: the next one may go, though only its end will tell. */
  | { readonly type: 'content'; readonly startedMs: number }
  | { readonly type: 'answered'; readonly startedMs: number }
  | {
      readonly type: 'failed';
      readonly kind: FailureKind;
      readonly retryAfterMs: number | null;
      readonly startedMs: number;
    }
  /** It says nothing: the caller's own fault, or the caller left. */
  | { readonly type: 'spared'; readonly startedMs: number }
  /** Another process has opened it, then. */
  | {
      readonly by: string;
      readonly type: 'rested';
      readonly cause: RestCause;
      readonly openedMs: number;
      readonly untilMs: number;
      /** How often such a rest has doubled there. */
      readonly doublings: number;
    }
  /** It was asked without a caller, and answered: the rest may end. */
  | { readonly type: 'revived' };

export const closedCircuit: Circuit = Object.freeze({
  state: 'closed',
  cause: null,
  untilMs: 0,
  probedMs: Number.NEGATIVE_INFINITY,
  openedMs: Number.NEGATIVE_INFINITY,
  closedMs: Number.NEGATIVE_INFINITY,
  openings: 0,
  calls: 0,
  failures: Object.freeze([]),
  inARow: Object.freeze({}),
  pace: 0,
  pacedMs: Number.NEGATIVE_INFINITY,
});

/** An upstream that asks for an hour gets five minutes: its word is a hint, not a rule. */
export const LONGEST_REST_MS = 300_000;
/** With nobody to take over, callers wait for it: a look every few seconds costs less than their patience. */
const LONGEST_ALONE_MS = 5_000;
const FIRST_ALONE_MS = 1_000;
/** A probe whose report does not come within this has lost its place. */
const PROBE_MS = 10_000;
/** A beginning that is worked out from an end and a duration is off by a rounding. */
const ROUNDING_MS = 0.01;
/** An opening later than this after the last one's end begins anew. */
const FORGIVEN_MS = 60_000;
/** A rate limit without a time: the first rest, and how long without one halves it. */
const FIRST_PACE_MS = 500;
const PACE_HALVES_MS = 30_000;
/** Somebody has to do something about it. */
const FIRST_CREDENTIAL_MS = 10_000;
const CAUSES: Readonly<Record<FailureKind, RestCause>> = {
  error: 'failures',
  timeout: 'failures',
  rate_limit: 'rate_limit',
  credential: 'credential',
};

/** Its state at this time: a rest that is over is half-open without anybody's doing. */
export function awake(circuit: Circuit, nowMs: number): Circuit {
  return circuit.state === 'open' && circuit.untilMs <= nowMs
    ? { ...circuit, state: 'half-open', untilMs: 0 }
    : circuit;
}

/** Whether a call may go out now. */
export function mayPass(circuit: Circuit, nowMs: number): boolean {
  return circuit.state === 'closed' || circuit.untilMs <= nowMs;
}

/** Nothing is held against it: an answer more changes nothing. */
export function isUntroubled({ state, failures, inARow }: Circuit): boolean {
  return state === 'closed' && failures.length === 0 && inARow === closedCircuit.inARow;
}

/** So many failures in a row say that the next call would fail as well, whether or not it rests for them. */
const FAILING_IN_A_ROW = 3;

/** Whether calls to it fail at present, as far as its last ones tell: where nothing rests, nothing else tells. */
export function isFailing({ inARow }: Circuit): boolean {
  let failures = 0;
  for (const count of Object.values(inARow)) failures += count;
  return failures >= FAILING_IN_A_ROW;
}

/** `alone`: there is nobody to take over, so that rests are short. */
export function step(
  circuit: Circuit,
  event: CircuitEvent,
  nowMs: number,
  policy: HealthPolicy,
  alone: boolean,
): Circuit {
  const now = awake(circuit, nowMs);
  switch (event.type) {
    case 'claimed':
      return now.state === 'half-open' && now.untilMs <= nowMs
        ? { ...now, untilMs: nowMs + PROBE_MS, probedMs: nowMs }
        : now;
    case 'content':
    case 'spared':
      return now.state === 'half-open' && event.startedMs >= now.probedMs - ROUNDING_MS ? { ...now, untilMs: 0 } : now;
    case 'answered':
      return event.startedMs < now.openedMs ? now : answered(now, nowMs, policy.breaker ?? usualBreaker);
    case 'failed':
      return failed(now, event, nowMs, policy, alone);
    case 'rested':
      return rested(now, event, nowMs);
    case 'revived':
      return now.state === 'open' ? { ...now, state: 'half-open', untilMs: 0 } : now;
  }
}

function answered(circuit: Circuit, nowMs: number, { sample }: BreakerPolicy): Circuit {
  const calls = circuit.calls + 1;
  const { failures: none, inARow } = closedCircuit;
  if (circuit.state !== 'closed')
    return { ...circuit, state: 'closed', untilMs: 0, closedMs: nowMs, calls, failures: none, inARow };
  const isSpent = (circuit.failures.at(-1)?.call ?? 0) <= calls - sample;
  return { ...circuit, calls, failures: isSpent ? none : circuit.failures, inARow };
}

function failed(
  circuit: Circuit,
  { kind, retryAfterMs, startedMs }: CircuitEvent & { readonly type: 'failed' },
  nowMs: number,
  policy: HealthPolicy,
  alone: boolean,
): Circuit {
  if (policy.cooldownMs === 0 && circuit.state !== 'closed') return circuit;
  if (circuit.state === 'open') {
    const untilMs = retryAfterMs === null ? 0 : nowMs + Math.min(retryAfterMs, LONGEST_REST_MS);
    return untilMs > circuit.untilMs ? { ...circuit, untilMs } : circuit;
  }
  if (startedMs < circuit.openedMs) return circuit;
  const breaker = policy.breaker ?? usualBreaker;
  const seen = counted(circuit, kind, nowMs, breaker);
  // It never rests, and what it does is known all the same.
  if (policy.cooldownMs === 0) return seen;
  const named = retryAfterMs !== null && breaker.allowedFails[kind] === undefined;
  const isOver = named || isOverAllowance(seen, kind, policy, breaker) || isOverShare(seen, nowMs, breaker);
  const opens = seen.state === 'half-open' || isOver;
  if (!opens) return seen;
  const restMs = (doublings: number): number => retryAfterMs ?? ownRestMs(kind, doublings, policy, alone);
  return opened(seen, kind, kind === 'rate_limit' && retryAfterMs === null, restMs, nowMs);
}

/** Rate limits and refused credentials are no errors of the deployment's: they have rules of their own. */
function isFault(kind: FailureKind): boolean {
  return CAUSES[kind] === 'failures';
}

function counted(circuit: Circuit, kind: FailureKind, nowMs: number, breaker: BreakerPolicy): Circuit {
  const calls = circuit.calls + 1;
  const most = failuresToOpen(breaker);
  const failures = isFault(kind) ? [...circuit.failures, { call: calls, atMs: nowMs }].slice(-most) : circuit.failures;
  return { ...circuit, calls, failures, inARow: { ...circuit.inARow, [kind]: (circuit.inARow[kind] ?? 0) + 1 } };
}

function failuresToOpen({ sample, errorShare }: BreakerPolicy): number {
  return Math.max(1, Math.ceil(sample * errorShare));
}

function isOverShare({ failures, calls }: Circuit, nowMs: number, breaker: BreakerPolicy): boolean {
  const [oldest] = failures;
  if (oldest === undefined || failures.length < failuresToOpen(breaker)) return false;
  return oldest.call > calls - breaker.sample && oldest.atMs > nowMs - breaker.windowMs;
}

function isOverAllowance(
  { inARow }: Circuit,
  kind: FailureKind,
  { allowedFails }: HealthPolicy,
  { allowedFails: own }: BreakerPolicy,
): boolean {
  const allowed = own[kind];
  if (allowed !== undefined) return (inARow[kind] ?? 0) >= allowed;
  if (!isFault(kind)) return true;
  const ruled = (['error', 'timeout'] as const).filter((each) => own[each] === undefined);
  return ruled.reduce((sum, each) => sum + (inARow[each] ?? 0), 0) >= allowedFails;
}

/** `learns`: a rate limit that names no time has a pace of its own. */
function opened(
  circuit: Circuit,
  kind: FailureKind,
  learns: boolean,
  restMs: (doublings: number) => number,
  nowMs: number,
): Circuit {
  const again = circuit.state === 'half-open' || nowMs - circuit.closedMs <= FORGIVEN_MS;
  const openings = again ? circuit.openings + 1 : 0;
  const pace = paceAt(circuit, nowMs);
  return {
    ...circuit,
    state: 'open',
    cause: CAUSES[kind],
    untilMs: nowMs + Math.min(restMs(learns ? pace : openings), LONGEST_REST_MS),
    openedMs: nowMs,
    openings,
    failures: closedCircuit.failures,
    inARow: closedCircuit.inARow,
    ...(learns ? { pace: pace + 1, pacedMs: nowMs } : {}),
  };
}

/** What was learned of a rate limit fades: half of it every half a minute without another refusal. */
function paceAt({ pace, pacedMs }: Circuit, nowMs: number): number {
  return pace === 0 ? 0 : Math.max(0, pace - Math.floor((nowMs - pacedMs) / PACE_HALVES_MS));
}

function ownRestMs(
  kind: FailureKind,
  doublings: number,
  { cooldownMs, breaker = usualBreaker }: HealthPolicy,
  alone: boolean,
): number {
  const longestMs = alone ? LONGEST_ALONE_MS : LONGEST_REST_MS;
  // Far beyond the longest rest; 2 ** 2000 would be no number.
  const times = 2 ** Math.min(doublings, 20);
  if (kind === 'credential') return FIRST_CREDENTIAL_MS * times;
  if (kind === 'rate_limit') return Math.min(FIRST_PACE_MS * times, longestMs);
  if (alone) return Math.min(cooldownMs, FIRST_ALONE_MS * times, longestMs);
  return Math.min(cooldownMs * times, Math.max(cooldownMs, breaker.longestRestMs));
}

/** Of two processes' clocks nothing is known to less than this. */
const SAME_OPENING_MS = 500;

/**
 * An opening that is news: later than what was opened and closed here. What is told of it again is none, or two
 * processes would keep each other's rests alive.
 */
function rested(
  circuit: Circuit,
  { cause, openedMs, untilMs, doublings }: CircuitEvent & { readonly type: 'rested' },
  nowMs: number,
): Circuit {
  const isNews = openedMs > Math.max(circuit.openedMs, circuit.closedMs) + SAME_OPENING_MS;
  if (untilMs <= nowMs || !isNews || circuit.state === 'open') return circuit;
  const boundMs = Math.min(untilMs, nowMs + LONGEST_REST_MS);
  const { failures, inARow } = closedCircuit;
  const rest = { ...circuit, state: 'open', cause, untilMs: boundMs, openedMs, failures, inARow } as const;
  if (cause !== 'rate_limit') return { ...rest, openings: Math.max(circuit.openings, doublings) };
  const pace = paceAt(circuit, nowMs);
  return doublings > pace ? { ...rest, pace: doublings, pacedMs: openedMs } : rest;
}

/** How often a rest for its cause has doubled: what the next one goes on from, in whichever process. */
export function doublingsOf(circuit: Circuit, nowMs: number): number {
  return circuit.cause === 'rate_limit' ? paceAt(circuit, nowMs) : circuit.openings;
}
