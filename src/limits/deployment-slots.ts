import { DeploymentShares } from './deployment-shares.ts';
import { type LimitInUse, usage } from './gauge.ts';
import { LearnedLimits } from './learned-limits.ts';
import { ceilingFor, type PriorityClass } from './priority-classes.ts';
import type { Scope } from './scope.ts';
import type { Sharing } from './sharing/sharing.ts';
import { addToWindow, countInWindow, openWindow, type SlidingWindow, waitForWindow } from './sliding-window.ts';
import type { DeploymentLimits, SlotTaking } from './slot-taking.ts';

export type SlotRefusal = {
  readonly limit: 'rpm' | 'tpm' | 'parallel';
  /** Milliseconds until there is room at the soonest; null: whenever a call ends. Infinity: never. */
  readonly waitMs: number | null;
  /** Other processes may have what is missing, and are being asked: try once more when it resolves. null: no use. */
  readonly later: Promise<void> | null;
};

export type SlotLimitInUse = Omit<LimitInUse, keyof Scope>;

type Rates = { readonly requests: SlidingWindow; readonly tokens: SlidingWindow };

type Slots = Rates & {
  readonly byClass: Map<string, Rates>;
  readonly shares: DeploymentShares | null;
  parallel: number;
};

export type DeploymentSlots = {
  /** Takes a request, its tokens and a parallel slot, or says which limit is in the way and takes nothing. */
  readonly reserve: (taking: SlotTaking, nowMs: number) => SlotRefusal | null;
  /** Frees the slot and replaces the reserved tokens by the actual ones. Call once for each reservation. */
  readonly release: (taking: SlotTaking, actualTokens: number, nowMs: number) => void;
  /**
   * The deployment answered that this was too much, with so many calls of this process to its circuit in flight. Where
   * the operator gave no parallel limit, one is learned: it shrinks with each such answer, grows with the others, and is
   * forgotten ten minutes after the last.
   */
  readonly throttled: (deployment: Pick<SlotTaking, 'circuit' | 'limits'>, inFlight: number, nowMs: number) => void;
  /** What of its limits the last minute has used here; nothing is counted for a deployment without limits. */
  readonly used: (deployment: string, nowMs: number) => { readonly requests: number; readonly tokens: number };
  /** Its limits, and what of them is used. */
  readonly inUse: (deployment: string, limits: DeploymentLimits, nowMs: number) => readonly SlotLimitInUse[];
  /** The parallel limit that was learned of a circuit, whole calls; null: none. */
  readonly learned: (circuit: string) => number | null;
  /** Hears of deployments whose share has become larger, without a call of this process having ended. */
  readonly onRoom: (listener: (deployment: string) => void) => void;
};

/**
 * The deployments' own limits, counted together with the processes that `sharing` reaches; null: there are none.
 * `countsAll`: also where there is nothing to limit.
 */
export function openDeploymentSlots(
  countsAll: () => boolean,
  sharing: Sharing | null = null,
  learned: LearnedLimits = new LearnedLimits(),
): DeploymentSlots {
  const byDeployment = new Map<string, Slots>();
  const slotsOf = (deployment: string): Slots => {
    const known = byDeployment.get(deployment);
    if (known !== undefined) return known;
    const opened: Slots = {
      ...openRates(),
      byClass: new Map(),
      shares: sharing === null ? null : new DeploymentShares(deployment, sharing, () => opened),
      parallel: 0,
    };
    byDeployment.set(deployment, opened);
    return opened;
  };
  /** null: there is nothing to count. */
  const counted = (deployment: string, limits: DeploymentLimits): Slots | null => {
    const isLimited = limits.parallel !== null || limits.rpm !== null || limits.tpm !== null;
    if (isLimited || countsAll()) return slotsOf(deployment);
    return byDeployment.size === 0 ? null : (byDeployment.get(deployment) ?? null);
  };
  return {
    reserve: (taking, nowMs) => {
      if (taking.limits.parallel === null && learned.isFull(taking.circuit)) return FULL;
      const slots = counted(taking.deployment, taking.limits);
      const refusal = slots === null ? null : reserveIn(slots, taking, nowMs);
      if (refusal === null) learned.took(taking.circuit);
      return refusal;
    },
    release: ({ deployment, circuit, limits, tokens, reservation }, actualTokens, nowMs) => {
      learned.freed(circuit, actualTokens > 0, nowMs);
      const slots = counted(deployment, limits);
      if (slots === null) return;
      slots.parallel = Math.max(0, slots.parallel - 1);
      addToWindow(slots.tokens, actualTokens - tokens, nowMs);
      if (reservation !== null) addToWindow(ratesOf(slots, reservation.own).tokens, actualTokens - tokens, nowMs);
    },
    throttled: ({ circuit, limits }, inFlight, nowMs) => {
      if (limits.parallel === null) learned.throttled(circuit, inFlight, nowMs);
    },
    used: (deployment, nowMs) => {
      const slots = byDeployment.get(deployment);
      return slots === undefined
        ? { requests: 0, tokens: 0 }
        : { requests: countInWindow(slots.requests, nowMs), tokens: countInWindow(slots.tokens, nowMs) };
    },
    inUse: (deployment, limits, nowMs) => limitsInUse(byDeployment.get(deployment) ?? null, limits, nowMs),
    learned: (circuit) => learned.callsOf(circuit),
    onRoom: (listener) =>
      sharing?.onChange((shares) => {
        for (const [deployment, slots] of byDeployment) if (slots.shares?.hasAny(shares) === true) listener(deployment);
      }),
  };
}

function limitsInUse(slots: Slots | null, limits: DeploymentLimits, nowMs: number): readonly SlotLimitInUse[] {
  return MEASURES.flatMap(({ name, measure, window }) => {
    const limit = limits[name];
    if (limit === null) return [];
    const counted = slots === null || window === null ? null : slots[window];
    const own = counted === null ? (window === null ? (slots?.parallel ?? 0) : 0) : countInWindow(counted, nowMs);
    const used = usage(limit, own, counted, slots?.shares?.find(name) ?? null, nowMs);
    return [{ measure, per: window === null ? null : 'minute', limit, ...used }];
  });
}

const MEASURES = [
  { name: 'rpm', measure: 'requests', window: 'requests' },
  { name: 'tpm', measure: 'tokens', window: 'tokens' },
  { name: 'parallel', measure: 'parallel', window: null },
] as const;

const FULL: SlotRefusal = { limit: 'parallel', waitMs: null, later: null };

function openRates(): Rates {
  return { requests: openWindow(), tokens: openWindow() };
}

function ratesOf({ byClass }: Slots, { name }: PriorityClass): Rates {
  const known = byClass.get(name);
  if (known !== undefined) return known;
  const opened = openRates();
  byClass.set(name, opened);
  return opened;
}

function reserveIn(slots: Slots, taking: SlotTaking, nowMs: number): SlotRefusal | null {
  const { limits, tokens, reservation } = taking;
  const allowed = slots.shares?.allowed(limits) ?? limits;
  if (allowed.parallel !== null && slots.parallel >= allowed.parallel)
    return { limit: 'parallel', waitMs: null, later: slots.shares?.short('parallel', 1, taking) ?? null };
  for (const [limit, measure, amount] of [
    ['rpm', 'requests', 1],
    ['tpm', 'tokens', tokens],
  ] as const) {
    const most = allowed[limit];
    if (most === null) continue;
    const ceiling = ceilingOf(slots, taking, measure, amount, most, nowMs);
    if (countInWindow(slots[measure], nowMs) + amount <= ceiling) continue;
    const later = slots.shares?.short(limit, amount, taking) ?? null;
    return { limit, waitMs: waitIn(slots[measure], amount, ceiling, limits[limit], nowMs), later };
  }
  take(slots, tokens, nowMs);
  if (reservation !== null) take(ratesOf(slots, reservation.own), tokens, nowMs);
  slots.parallel++;
  slots.shares?.took(tokens);
  return null;
}

function take({ requests, tokens }: Rates, amount: number, nowMs: number): void {
  addToWindow(requests, 1, nowMs);
  addToWindow(tokens, amount, nowMs);
}

function ceilingOf(
  slots: Slots,
  { reservation, limits }: SlotTaking,
  measure: 'requests' | 'tokens',
  amount: number,
  allowed: number,
  nowMs: number,
): number {
  if (reservation === null) return allowed;
  const { own, all } = reservation;
  return ceilingFor(own, all, limits, amount, allowed, (each) => countInWindow(ratesOf(slots, each)[measure], nowMs));
}

/** How soon a share may grow, where it is all that is in the way. */
const SHARE_WAIT_MS = 1_000;

/** Infinity: more than the whole limit was asked for. */
function waitIn(window: SlidingWindow, amount: number, ceiling: number, limit: number | null, nowMs: number): number {
  const waitMs = waitForWindow(window, amount, ceiling, nowMs);
  return Number.isFinite(waitMs) || amount > (limit ?? 0) ? waitMs : SHARE_WAIT_MS;
}
