import type { DeploymentHealth } from '../../api/providers.ts';

export type ProviderStanding = {
  readonly provider: string;
  readonly deployments: number;
  readonly well: number;
  readonly inFlight: number;
  readonly attempts: number;
  /** Percent of its attempts in half an hour that were answered; null: none were made. */
  readonly uptime: number | null;
};

/** The providers that something is sent to, each with how its deployments do together. */
export function standingsOf(rows: readonly DeploymentHealth[]): readonly ProviderStanding[] {
  const byProvider = Map.groupBy(rows, ({ provider }) => provider);
  return [...byProvider]
    .map(([provider, theirs]) => ({
      provider,
      deployments: theirs.length,
      well: theirs.filter(({ state, put_last: isLast }) => state === 'closed' && !isLast).length,
      inFlight: sum(theirs.map(({ in_flight: count }) => count)),
      attempts: sum(theirs.map(({ attempts_last_30m: count }) => count)),
      uptime: meanUptime(theirs),
    }))
    .sort((one, other) => one.provider.localeCompare(other.provider));
}

/** Weighed by attempts: a deployment that is hardly called says hardly anything. */
function meanUptime(rows: readonly DeploymentHealth[]): number | null {
  const known = rows.filter(({ uptime_last_30m: uptime, attempts_last_30m: count }) => uptime !== null && count > 0);
  const attempts = sum(known.map(({ attempts_last_30m: count }) => count));
  if (attempts === 0) return null;
  return sum(known.map(({ uptime_last_30m: uptime, attempts_last_30m: count }) => (uptime ?? 0) * count)) / attempts;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((whole, count) => whole + count, 0);
}
