import { addToWindow, countInWindow, openWindow, type SlidingWindow, takeFromWindow } from './sliding-window.ts';

export type DeploymentLimits = {
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly parallel: number | null;
};

type Slots = { readonly requests: SlidingWindow; readonly tokens: SlidingWindow; parallel: number };

export type DeploymentSlots = {
  /** Takes a request, its tokens and a parallel slot, or says which limit is in the way and takes nothing. */
  readonly reserve: (
    deployment: string,
    limits: DeploymentLimits,
    tokens: number,
    nowMs: number,
  ) => 'rpm' | 'tpm' | 'parallel' | null;
  /** Frees the slot and replaces the reserved tokens by the actual ones. Call once for each reservation. */
  readonly release: (
    deployment: string,
    limits: DeploymentLimits,
    reservedTokens: number,
    actualTokens: number,
    nowMs: number,
  ) => void;
  /** What of its limits the last minute has used; nothing is counted for a deployment without limits. */
  readonly used: (deployment: string, nowMs: number) => { readonly requests: number; readonly tokens: number };
};

/** The deployments' own limits, counted by this process. */
export function openDeploymentSlots(): DeploymentSlots {
  const byDeployment = new Map<string, Slots>();
  const slotsOf = (deployment: string): Slots => {
    const known = byDeployment.get(deployment);
    if (known !== undefined) return known;
    const opened = { requests: openWindow(), tokens: openWindow(), parallel: 0 };
    byDeployment.set(deployment, opened);
    return opened;
  };
  return {
    reserve: (deployment, limits, tokens, nowMs) => {
      if (limits.parallel === null && limits.rpm === null && limits.tpm === null) return null;
      const slots = slotsOf(deployment);
      if (limits.parallel !== null && slots.parallel >= limits.parallel) return 'parallel';
      if (limits.rpm !== null && !takeFromWindow(slots.requests, 1, limits.rpm, nowMs)) return 'rpm';
      if (limits.tpm !== null && !takeFromWindow(slots.tokens, tokens, limits.tpm, nowMs)) {
        if (limits.rpm !== null) addToWindow(slots.requests, -1, nowMs);
        return 'tpm';
      }
      slots.parallel++;
      return null;
    },
    release: (deployment, limits, reservedTokens, actualTokens, nowMs) => {
      if (limits.parallel === null && limits.rpm === null && limits.tpm === null) return;
      const slots = slotsOf(deployment);
      slots.parallel--;
      if (limits.tpm !== null) addToWindow(slots.tokens, actualTokens - reservedTokens, nowMs);
    },
    used: (deployment, nowMs) => {
      const slots = byDeployment.get(deployment);
      return slots === undefined
        ? { requests: 0, tokens: 0 }
        : { requests: countInWindow(slots.requests, nowMs), tokens: countInWindow(slots.tokens, nowMs) };
    },
  };
}
