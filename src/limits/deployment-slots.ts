import { type AdaptiveLimit, answered, takesMore, throttled } from './adaptive-limit.ts';
import {
  addToWindow,
  countInWindow,
  openWindow,
  type SlidingWindow,
  takeFromWindow,
  waitForWindow,
} from './sliding-window.ts';

export type DeploymentLimits = {
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly parallel: number | null;
  /** How long a call may wait here before another deployment is asked. Left out: not at all. */
  readonly waitMs?: number;
};

export type SlotRefusal = {
  readonly limit: 'rpm' | 'tpm' | 'parallel';
  /** Milliseconds until there is room at the soonest; null: whenever a call ends. Infinity: never. */
  readonly waitMs: number | null;
};

type Slots = {
  readonly requests: SlidingWindow;
  readonly tokens: SlidingWindow;
  parallel: number;
  adaptive: AdaptiveLimit | null;
};

export type DeploymentSlots = {
  /** Takes a request, its tokens and a parallel slot, or says which limit is in the way and takes nothing. */
  readonly reserve: (deployment: string, limits: DeploymentLimits, tokens: number, nowMs: number) => SlotRefusal | null;
  /** Frees the slot and replaces the reserved tokens by the actual ones. Call once for each reservation. */
  readonly release: (
    deployment: string,
    limits: DeploymentLimits,
    reservedTokens: number,
    actualTokens: number,
    nowMs: number,
  ) => void;
  /**
   * The deployment answered that this was too much, with so many calls of this process in flight. Where the operator
   * gave no parallel limit, one is learned: it shrinks with each such answer, grows with the others, and is forgotten
   * ten minutes after the last.
   */
  readonly throttled: (deployment: string, limits: DeploymentLimits, inFlight: number, nowMs: number) => void;
  /** What of its limits the last minute has used; nothing is counted for a deployment without limits. */
  readonly used: (deployment: string, nowMs: number) => { readonly requests: number; readonly tokens: number };
  /** The parallel limit that was learned, whole calls; null: none. */
  readonly learned: (deployment: string) => number | null;
};

/** The deployments' own limits, counted by this process. `countsAll`: also where there is nothing to limit. */
export function openDeploymentSlots(countsAll: () => boolean): DeploymentSlots {
  const byDeployment = new Map<string, Slots>();
  const slotsOf = (deployment: string): Slots => {
    const known = byDeployment.get(deployment);
    if (known !== undefined) return known;
    const opened = { requests: openWindow(), tokens: openWindow(), parallel: 0, adaptive: null };
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
    reserve: (deployment, limits, tokens, nowMs) => {
      const slots = counted(deployment, limits);
      return slots === null ? null : reserveIn(slots, limits, tokens, nowMs);
    },
    release: (deployment, limits, reservedTokens, actualTokens, nowMs) => {
      const slots = counted(deployment, limits);
      if (slots === null) return;
      if (slots.adaptive !== null && actualTokens > 0) slots.adaptive = answered(slots.adaptive, slots.parallel, nowMs);
      slots.parallel = Math.max(0, slots.parallel - 1);
      addToWindow(slots.tokens, actualTokens - reservedTokens, nowMs);
    },
    throttled: (deployment, limits, inFlight, nowMs) => {
      if (limits.parallel !== null) return;
      const isCounted = counted(deployment, limits) !== null;
      const slots = slotsOf(deployment);
      // Those in flight were not counted until now, and will be released.
      if (!isCounted) slots.parallel = inFlight;
      slots.adaptive = throttled(slots.adaptive, inFlight, nowMs);
    },
    used: (deployment, nowMs) => {
      const slots = byDeployment.get(deployment);
      return slots === undefined
        ? { requests: 0, tokens: 0 }
        : { requests: countInWindow(slots.requests, nowMs), tokens: countInWindow(slots.tokens, nowMs) };
    },
    learned: (deployment) => {
      const adaptive = byDeployment.get(deployment)?.adaptive ?? null;
      return adaptive === null ? null : Math.max(1, Math.floor(adaptive.calls));
    },
  };
}

function reserveIn(slots: Slots, limits: DeploymentLimits, tokens: number, nowMs: number): SlotRefusal | null {
  const isFull =
    limits.parallel === null
      ? slots.adaptive !== null && !takesMore(slots.adaptive, slots.parallel)
      : slots.parallel >= limits.parallel;
  if (isFull) return { limit: 'parallel', waitMs: null };
  const rpm = limits.rpm ?? Number.POSITIVE_INFINITY;
  const tpm = limits.tpm ?? Number.POSITIVE_INFINITY;
  if (!takeFromWindow(slots.requests, 1, rpm, nowMs))
    return { limit: 'rpm', waitMs: waitForWindow(slots.requests, 1, rpm, nowMs) };
  if (!takeFromWindow(slots.tokens, tokens, tpm, nowMs)) {
    addToWindow(slots.requests, -1, nowMs);
    return { limit: 'tpm', waitMs: waitForWindow(slots.tokens, tokens, tpm, nowMs) };
  }
  slots.parallel++;
  return null;
}
