import type { Deployment } from '../../catalog/index.ts';

/** Nobody is tried behind this place: of more deployments than that only so many are put in order. */
export const PLACES_IN_ORDER = 16;

type Share = (deployment: Deployment) => number;

export const byWeight: Share = ({ weight }) => weight;

/**
 * Draws without replacement in proportion to `share`: sorting by -log(u)/share does that (Efraimidis and Spirakis).
 * Who has no share comes last, in no order.
 */
export function shuffled(
  deployments: readonly Deployment[],
  share: Share,
  random: () => number,
): readonly Deployment[] {
  return sortedBy(deployments, () => 0, share, random);
}

/** Ascending by a key, which is worked out once for each; those of the same key shuffled by their shares. */
export function sortedBy(
  deployments: readonly Deployment[],
  key: (deployment: Deployment) => number,
  share: Share,
  random: () => number,
): readonly Deployment[] {
  const keys = new Float64Array(deployments.length);
  const draws = new Float64Array(deployments.length);
  for (const [index, deployment] of deployments.entries()) {
    keys[index] = key(deployment);
    draws[index] = draw(share(deployment), random());
  }
  // Infinite keys are equal, and their difference is no number.
  const compare = (one: number, other: number): number => {
    const [a, b] = [keys[one] ?? 0, keys[other] ?? 0];
    return a === b ? (draws[one] ?? 0) - (draws[other] ?? 0) : a < b ? -1 : 1;
  };
  const first = lowest(deployments.length, compare).sort(compare);
  const sorted: Deployment[] = [];
  for (const index of first) push(sorted, deployments[index]);
  if (sorted.length === deployments.length) return sorted;
  const isFirst = new Uint8Array(deployments.length);
  for (const index of first) isFirst[index] = 1;
  for (const [index, deployment] of deployments.entries()) {
    if (isFirst[index] === 0) sorted.push(deployment);
  }
  return sorted;
}

function draw(share: number, random: number): number {
  const exponential = -Math.log(1 - random);
  return share > 0 ? exponential / share : Number.MAX_VALUE * exponential;
}

function push(sorted: Deployment[], deployment: Deployment | undefined): void {
  if (deployment !== undefined) sorted.push(deployment);
}

/** The indices of those that come first, in no order: one pass, since a sort of hundreds costs more than the call. */
function lowest(count: number, compare: (one: number, other: number) => number): number[] {
  const kept = Array.from({ length: Math.min(count, PLACES_IN_ORDER) }, (_, index) => index);
  if (count <= PLACES_IN_ORDER) return kept;
  let worst = lastOf(kept, compare);
  for (let index = PLACES_IN_ORDER; index < count; index++) {
    if (compare(index, kept[worst] ?? 0) >= 0) continue;
    kept[worst] = index;
    worst = lastOf(kept, compare);
  }
  return kept;
}

/** The place of the one that comes last. */
function lastOf(kept: readonly number[], compare: (one: number, other: number) => number): number {
  let worst = 0;
  for (let place = 1; place < kept.length; place++) {
    if (compare(kept[place] ?? 0, kept[worst] ?? 0) > 0) worst = place;
  }
  return worst;
}
