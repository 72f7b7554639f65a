import type { Circuit, RestCause } from './circuit.ts';
import type { CircuitMemory } from './memories.ts';
import type { DeploymentStats } from './stats.ts';
import { type Attempt, merged, statsOf, summarize } from './track-record.ts';

/** Whether a deployment may be called now. */
export type Standing = {
  /** `half-open`: it has rested, and one call may find out. While that one is out, others see `open`. */
  readonly state: 'closed' | 'half-open' | 'open';
  /** Monotonic; 0: it does not rest. */
  readonly untilMs: number;
  /** Why it rests; `assumed`: somebody asks what would be if it did; null: it does not. */
  readonly cause: RestCause | 'assumed' | null;
};

const CLOSED: Standing = Object.freeze({ state: 'closed', untilMs: 0, cause: null });
/** While a probe is out, the next look is worth as little waiting. */
const PROBE_OUT_MS = 1_000;
const STATS_KEPT_MS = 1_000;
const DAY_MS = 86_400_000;

/** The credential's rest is that of all its deployments. */
export function standingOf(credential: Circuit | undefined, circuit: Circuit | undefined, nowMs: number): Standing {
  const own = circuit === undefined || circuit.state === 'closed' ? CLOSED : standingIn(circuit, nowMs);
  if (credential === undefined || credential.state === 'closed') return own;
  const shared = standingIn(credential, nowMs);
  return shared.state === 'open' || own.state === 'closed' ? shared : own;
}

function standingIn({ state, untilMs, cause }: Circuit, nowMs: number): Standing {
  if (untilMs <= nowMs) return { state: 'half-open', untilMs: 0, cause };
  return { state: 'open', untilMs: state === 'open' ? untilMs : Math.min(untilMs, nowMs + PROBE_OUT_MS), cause };
}

export function refreshStats(memory: CircuitMemory, nowMs: number): void {
  for (const [writer, { atMs }] of memory.elsewhere) if (nowMs - atMs > DAY_MS) memory.elsewhere.delete(writer);
  const others = [...memory.elsewhere.values()].map(({ summary, atMs }) => ({ summary, ageMs: nowMs - atMs }));
  memory.stats = Object.freeze(statsOf(merged(summarize(memory.record, nowMs), others), nowMs));
  memory.statsUntilMs = nowMs + STATS_KEPT_MS;
}

/** A peak and a failure count at once; all else may be a second old. */
export function statsAfter({ stats, record }: CircuitMemory, { answered }: Attempt, nowMs: number): DeploymentStats {
  const isPeak = record.peakMs !== null && record.peakMs > (stats.peakEwmaMs ?? 0);
  if (!isPeak && answered !== false) return stats;
  return {
    ...stats,
    peakEwmaMs: isPeak ? record.peakMs : stats.peakEwmaMs,
    lastFailureMs: answered === false ? nowMs : stats.lastFailureMs,
  };
}
