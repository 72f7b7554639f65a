import type { DeploymentHealth, LastFailure } from '../../api/health.ts';

type Window = 'uptime_last_5m' | 'uptime_last_30m' | 'uptime_last_1d';

export type ProviderStanding = {
  readonly provider: string;
  readonly deployments: readonly DeploymentHealth[];
  readonly well: number;
  /** Whose breakers are open. */
  readonly resting: number;
  readonly inFlight: number;
  readonly attempts: number;
  /** Shares of its attempts that were answered; null: none were made. */
  readonly uptime5m: number | null;
  readonly uptime30m: number | null;
  readonly uptime1d: number | null;
  /** The latest. */
  readonly lastFailure: LastFailure | null;
};

/** The providers that something is sent to, each with how its deployments do together. */
export function standingsOf(rows: readonly DeploymentHealth[]): readonly ProviderStanding[] {
  const byProvider = Map.groupBy(rows, ({ provider }) => provider);
  return [...byProvider]
    .map(([provider, theirs]) => standingOf(provider, theirs))
    .sort((one, other) => one.provider.localeCompare(other.provider));
}

function standingOf(provider: string, theirs: readonly DeploymentHealth[]): ProviderStanding {
  const failures = theirs.flatMap(({ last_failure: failure }) => failure ?? []);
  return {
    provider,
    deployments: theirs,
    well: theirs.filter(({ state, put_last: isLast }) => state === 'closed' && !isLast).length,
    resting: theirs.filter(({ state }) => state === 'open').length,
    inFlight: sum(theirs.map(({ in_flight: count }) => count)),
    attempts: sum(theirs.map(({ attempts_last_30m: count }) => count)),
    uptime5m: meanUptime(theirs, 'uptime_last_5m'),
    uptime30m: meanUptime(theirs, 'uptime_last_30m'),
    uptime1d: meanUptime(theirs, 'uptime_last_1d'),
    lastFailure: failures.toSorted((one, other) => one.ms_ago - other.ms_ago)[0] ?? null,
  };
}

/** Weighed by attempts: who is hardly called says hardly anything. Where none were made lately, all say the same. */
function meanUptime(rows: readonly DeploymentHealth[], window: Window): number | null {
  const known = rows.flatMap((row) => {
    const uptime = row[window];
    return uptime === null ? [] : [{ uptime, weight: row.attempts_last_30m }];
  });
  if (known.length === 0) return null;
  const attempts = sum(known.map(({ weight }) => weight));
  if (attempts === 0) return sum(known.map(({ uptime }) => uptime)) / known.length;
  return sum(known.map(({ uptime, weight }) => uptime * weight)) / attempts;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((whole, count) => whole + count, 0);
}
