import type { Deployment } from '../../catalog/index.ts';
import type { DeploymentId } from '../../inference/index.ts';
import { type DeploymentStats, noStats } from './stats.ts';

export type HealthPolicy = {
  /** Failures within a minute after which a deployment rests. */
  readonly allowedFails: number;
  /** How long it rests when the upstream names no time. */
  readonly cooldownMs: number;
};

/** Whether a deployment may be called now. */
export type Standing = {
  /** `half-open`: it has rested, and one call may find out. */
  readonly state: 'closed' | 'half-open' | 'open';
  /** Monotonic; 0: it does not rest. */
  readonly untilMs: number;
  /** Why it rests; null: it does not. */
  readonly cause: 'failures' | 'rate_limit' | 'credential' | null;
};

/** What an attempt says of its deployment once it has ended. */
export type AttemptReport = {
  /** `spared`: the caller's own fault, or the caller left; it says nothing about the deployment. */
  readonly outcome: 'answered' | 'failed' | 'limited' | 'credential' | 'spared';
  /** What the upstream asked for; null: nothing. */
  readonly retryAfterMs: number | null;
  /** From the attempt's start; null: no content came. */
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly outputTokens: number | null;
};

/** What routing remembers of the deployments; times are of the monotonic clock. */
export type Health = {
  readonly standing: (deployment: Deployment, nowMs: number) => Standing;
  readonly stats: (deployment: Deployment, nowMs: number) => DeploymentStats;
  /** An attempt goes out. */
  readonly begin: (deployment: Deployment, nowMs: number) => void;
  /** It has ended: of a stream, with its last byte. Once for each `begin`. */
  readonly end: (deployment: Deployment, report: AttemptReport, nowMs: number) => void;
  readonly inFlight: (deployment: Deployment) => number;
  readonly resting: (nowMs: number) => readonly { readonly deployment: DeploymentId; readonly forMs: number }[];
};

type Memory = {
  failures: number;
  sinceMs: number;
  restsUntilMs: number;
  cause: NonNullable<Standing['cause']>;
  inFlight: number;
  deployment: DeploymentId;
};

const MINUTE_MS = 60_000;
/** An upstream that asks for an hour gets five minutes: its word is a hint, not a rule. */
const LONGEST_REST_MS = 300_000;
const CLOSED: Standing = Object.freeze({ state: 'closed', untilMs: 0, cause: null });

/** `policyNow` is asked at each failure: the configuration may have been loaded again. */
export function openHealth(policyNow: () => HealthPolicy): Health {
  const memories = new Map<string, Memory>();
  const memoryOf = ({ circuit, id }: Deployment, nowMs: number): Memory => {
    const known = memories.get(circuit);
    if (known !== undefined) return known;
    const memory: Memory = {
      failures: 0,
      sinceMs: nowMs,
      restsUntilMs: 0,
      cause: 'failures',
      inFlight: 0,
      deployment: id,
    };
    memories.set(circuit, memory);
    return memory;
  };
  const fail = (memory: Memory, retryAfterMs: number | null, nowMs: number): void => {
    if (nowMs - memory.sinceMs > MINUTE_MS) Object.assign(memory, { failures: 0, sinceMs: nowMs });
    const policy = policyNow();
    memory.failures++;
    if (retryAfterMs !== null) memory.restsUntilMs = nowMs + Math.min(retryAfterMs, LONGEST_REST_MS);
    else if (memory.failures >= policy.allowedFails) memory.restsUntilMs = nowMs + policy.cooldownMs;
  };
  return {
    standing: ({ circuit }, nowMs) => {
      const memory = memories.get(circuit);
      if (memory === undefined || memory.restsUntilMs <= nowMs) return CLOSED;
      return { state: 'open', untilMs: memory.restsUntilMs, cause: memory.cause };
    },
    stats: () => noStats,
    begin: (deployment, nowMs) => {
      memoryOf(deployment, nowMs).inFlight++;
    },
    end: (deployment, { outcome, retryAfterMs }, nowMs) => {
      const memory = memoryOf(deployment, nowMs);
      memory.inFlight--;
      if (outcome === 'answered') Object.assign(memory, { failures: 0, restsUntilMs: 0 });
      else if (outcome !== 'spared') {
        memory.cause = outcome === 'limited' ? 'rate_limit' : outcome === 'credential' ? 'credential' : 'failures';
        fail(memory, retryAfterMs, nowMs);
      }
    },
    inFlight: ({ circuit }) => memories.get(circuit)?.inFlight ?? 0,
    resting: (nowMs) =>
      [...memories.values()]
        .filter((memory) => memory.restsUntilMs > nowMs)
        .map((memory) => ({ deployment: memory.deployment, forMs: memory.restsUntilMs - nowMs })),
  };
}
