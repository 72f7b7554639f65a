import type { DeploymentId } from '../inference/index.ts';

export type HealthPolicy = {
  /** Failures within a minute after which a deployment rests. */
  readonly allowedFails: number;
  /** How long it rests when the upstream names no time. */
  readonly cooldownMs: number;
};

/** What routing remembers of the deployments; times are of the monotonic clock. */
export type Health = {
  /** 0: not resting. */
  readonly restsUntilMs: (deployment: DeploymentId, nowMs: number) => number;
  readonly recordSuccess: (deployment: DeploymentId) => void;
  /** `retryAfterMs` given by the upstream rests the deployment at once, for that long. */
  readonly recordFailure: (deployment: DeploymentId, retryAfterMs: number | null, nowMs: number) => void;
  readonly resting: (nowMs: number) => readonly { readonly deployment: DeploymentId; readonly forMs: number }[];
};

type Memory = { failures: number; sinceMs: number; restsUntilMs: number };

const MINUTE_MS = 60_000;
/** An upstream that asks for an hour gets five minutes: its word is a hint, not a rule. */
const LONGEST_REST_MS = 300_000;

/** `policyNow` is asked at each failure: the configuration may have been loaded again. */
export function openHealth(policyNow: () => HealthPolicy): Health {
  const memories = new Map<DeploymentId, Memory>();
  return {
    restsUntilMs: (deployment, nowMs) => {
      const memory = memories.get(deployment);
      return memory === undefined || memory.restsUntilMs <= nowMs ? 0 : memory.restsUntilMs;
    },
    recordSuccess: (deployment) => {
      if (memories.size > 0) memories.delete(deployment);
    },
    recordFailure: (deployment, retryAfterMs, nowMs) => {
      const memory = memories.get(deployment) ?? { failures: 0, sinceMs: nowMs, restsUntilMs: 0 };
      if (nowMs - memory.sinceMs > MINUTE_MS) Object.assign(memory, { failures: 0, sinceMs: nowMs });
      const policy = policyNow();
      memory.failures++;
      memories.set(deployment, memory);
      if (retryAfterMs !== null) memory.restsUntilMs = nowMs + Math.min(retryAfterMs, LONGEST_REST_MS);
      else if (memory.failures >= policy.allowedFails) memory.restsUntilMs = nowMs + policy.cooldownMs;
    },
    resting: (nowMs) =>
      [...memories]
        .filter(([, memory]) => memory.restsUntilMs > nowMs)
        .map(([deployment, memory]) => ({ deployment, forMs: memory.restsUntilMs - nowMs })),
  };
}
