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
  return sortedByKeys(deployments, new Float64Array(deployments.length), share, random);
}

/** Ascending by a key, which is worked out once for each; those of the same key shuffled by their shares. */
export function sortedBy(
  deployments: readonly Deployment[],
  key: (deployment: Deployment) => number,
  share: Share,
  random: () => number,
): readonly Deployment[] {
  return sortedByKeys(deployments, keysOf(deployments, key), share, random);
}

export function keysOf(deployments: readonly Deployment[], key: (deployment: Deployment) => number): Float64Array {
  const keys = new Float64Array(deployments.length);
  let index = 0;
  for (const deployment of deployments) keys[index++] = key(deployment);
  return keys;
}

/**
 * The same by keys that are known, in the order of the deployments. One pass over the whole, for a sort of hundreds costs
 * more than the call: who stands behind the last place is not even drawn.
 */
export function sortedByKeys(
  deployments: readonly Deployment[],
  keys: Float64Array,
  share: Share,
  random: () => number,
): readonly Deployment[] {
  const places = openPlaces(Math.min(deployments.length, PLACES_IN_ORDER));
  const last = places.keys.length - 1;
  let lastKey = Number.POSITIVE_INFINITY;
  let lastDraw = Number.POSITIVE_INFINITY;
  let index = -1;
  for (const deployment of deployments) {
    const itsKey = keys[++index] ?? 0;
    if (itsKey > lastKey) continue;
    const itsShare = share(deployment);
    const drawn = random();
    // -log(1-u) is never below u: most are behind the last place without a logarithm.
    if (itsKey === lastKey && drawn / itsShare >= lastDraw) continue;
    takePlace(places, index, itsKey, draw(itsShare, drawn));
    lastKey = places.keys[last] ?? 0;
    lastDraw = places.draws[last] ?? 0;
  }
  return inFront(deployments, places.first);
}

/** Who stands where, in order, by key and then by draw. */
type Places = { readonly first: Int32Array; readonly keys: Float64Array; readonly draws: Float64Array };

function openPlaces(count: number): Places {
  return {
    first: new Int32Array(count).fill(-1),
    keys: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    draws: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
  };
}

function takePlace({ first, keys, draws }: Places, index: number, itsKey: number, itsDraw: number): void {
  const last = keys.length - 1;
  if (itsKey === keys[last] && itsDraw >= (draws[last] ?? 0)) return;
  let place = last;
  for (; place > 0; place--) {
    const ahead = keys[place - 1] ?? 0;
    if (ahead < itsKey || (ahead === itsKey && (draws[place - 1] ?? 0) <= itsDraw)) break;
    first[place] = first[place - 1] ?? -1;
    keys[place] = ahead;
    draws[place] = draws[place - 1] ?? 0;
  }
  first[place] = index;
  keys[place] = itsKey;
  draws[place] = itsDraw;
}

function inFront(deployments: readonly Deployment[], first: Int32Array): readonly Deployment[] {
  const isFirst = new Uint8Array(deployments.length);
  const sorted: Deployment[] = [];
  for (const index of first) {
    isFirst[index] = 1;
    push(sorted, deployments[index]);
  }
  let index = 0;
  for (const deployment of deployments) if (isFirst[index++] === 0) sorted.push(deployment);
  return sorted;
}

/** Finite: who has no share comes before an empty place. */
function draw(share: number, random: number): number {
  const exponential = -Math.log(1 - random);
  return share > 0 ? Math.min(exponential / share, NO_SHARE) : NO_SHARE * (1 + exponential);
}

const NO_SHARE = Number.MAX_VALUE / 64;

function push(sorted: Deployment[], deployment: Deployment | undefined): void {
  if (deployment !== undefined) sorted.push(deployment);
}
