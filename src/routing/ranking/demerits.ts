import { type Deployment, supports } from '../../catalog/index.ts';
import type { Percentiles } from '../health/stats.ts';
import { knownOnce } from '../known-once.ts';
import type { PlanInput } from '../plan-input.ts';
import type { Cutoffs } from '../preferences/preferences.ts';
import { LEAST_JUDGED } from '../quality/clearly-worse.ts';

export type Equals = { readonly reason: string; readonly equals: readonly Deployment[] };

/** What is preferred, and never required: whoever lacks it is tried later. The first demerit weighs most. */
type Demerit = { readonly reason: string; readonly applies: (deployment: Deployment) => boolean };

/**
 * The deployments of one priority by their demerits, those without one first. `whole`: a list that holds at least them,
 * the same from plan to plan.
 */
export function demerits(
  tier: readonly Deployment[],
  whole: readonly Deployment[],
  input: PlanInput,
): readonly Equals[] {
  const asked = tier.length < 2 ? [] : demeritsOf(tier, whole, input);
  if (asked.length === 0) return [{ reason: '', equals: tier }];
  const groups = new Map<number, Deployment[]>();
  for (const deployment of tier) {
    const weight = asked.reduce((sum, { applies }) => sum * 2 + (applies(deployment) ? 1 : 0), 0);
    const group = groups.get(weight);
    if (group === undefined) groups.set(weight, [deployment]);
    else group.push(deployment);
  }
  return [...groups]
    .sort(([one], [other]) => one - other)
    .map(([weight, equals]) => ({ reason: reasonsOf(weight, asked), equals }));
}

function reasonsOf(weight: number, asked: readonly Demerit[]): string {
  const held = asked.filter((_, index) => (weight & (1 << (asked.length - 1 - index))) !== 0);
  return held.map(({ reason }) => `, ${reason}`).join('');
}

function demeritsOf(tier: readonly Deployment[], whole: readonly Deployment[], input: PlanInput): readonly Demerit[] {
  const { minThroughput, maxLatencyS } = input.preferences;
  const list: Demerit[] = [];
  const unsound = input.health.unsound?.() ?? NONE;
  if (unsound.calls.size > 0 && wantsSound('tools', input))
    list.push({ reason: 'its answers are unsound more often', applies: ({ circuit }) => unsound.calls.has(circuit) });
  if (unsound.structure.size > 0 && wantsSound('response_format', input))
    list.push({
      reason: 'its answers are not the JSON asked for more often',
      applies: ({ circuit }) => unsound.structure.has(circuit),
    });
  if (input.preferences.sort === 'exacto')
    list.push({
      reason: 'too few of its calls of tools are known',
      applies: (deployment) => input.health.stats(deployment, input.nowMs).calls30m < LEAST_JUDGED,
    });
  const stats = (deployment: Deployment) => input.health.stats(deployment, input.nowMs);
  if (minThroughput !== null)
    list.push({
      reason: 'slower than preferred_min_throughput',
      applies: (deployment) => misses(minThroughput, stats(deployment).throughput, (value, cutoff) => value >= cutoff),
    });
  if (maxLatencyS !== null)
    list.push({
      reason: 'later than preferred_max_latency',
      applies: (deployment) =>
        misses(maxLatencyS, stats(deployment).firstByteMs, (value, cutoff) => value <= cutoff * 1000),
    });
  if (differInSpeed(whole) && isPartlyFast(tier) && input.needs().serviceTier === 'priority')
    list.push({
      reason: 'not known to have a priority tier',
      applies: ({ tierPrices }) => tierPrices?.priority === undefined,
    });
  for (const [parameter, field] of differingIn(whole))
    if (isPartlyKnown(tier, parameter) && input.needs().parameters.includes(parameter))
      list.push({
        reason: `not known to heed ${field}`,
        applies: (deployment) => supports(deployment.features, parameter) === null,
      });
  return list;
}

const PREFERRED = [
  ['tools', 'tools'],
  ['structured_outputs', 'response_format'],
] as const;

const NONE = { calls: new Set<string>(), structure: new Set<string>() } as const;

/** OpenRouter's rule for tools: every request that has them, unless it wants the lowest price. */
function wantsSound(parameter: string, { preferences: { sort }, needs }: PlanInput): boolean {
  return sort === 'exacto' || (sort !== 'price' && needs().parameters.includes(parameter));
}

function isPartlyFast(tier: readonly Deployment[]): boolean {
  const hasTier = ({ tierPrices }: Deployment): boolean => tierPrices?.priority !== undefined;
  return tier.some(hasTier) && !tier.every(hasTier);
}

const differInSpeed = knownOnce(isPartlyFast);

/** Where nothing is known of any, or all of all, the request need not be looked at. */
function isPartlyKnown(tier: readonly Deployment[], parameter: string): boolean {
  const isKnown = (deployment: Deployment): boolean => supports(deployment.features, parameter) !== null;
  return tier.some(isKnown) && !tier.every(isKnown);
}

const differingIn = knownOnce((whole: readonly Deployment[]) =>
  PREFERRED.filter(([parameter]) => isPartlyKnown(whole, parameter)),
);

/** All cut-offs that are given must hold; what was not measured holds. */
function misses(
  cutoffs: Cutoffs,
  measured: Percentiles | null,
  holds: (value: number, cutoff: number) => boolean,
): boolean {
  if (measured === null) return false;
  for (const percentile of ['p50', 'p75', 'p90', 'p99'] as const) {
    const cutoff = cutoffs[percentile];
    if (cutoff !== undefined && !holds(measured[percentile], cutoff)) return true;
  }
  return false;
}
