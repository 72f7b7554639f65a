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

/**
 * Ascending by a key, which is worked out once for each; those of the same key shuffled by their shares. One pass over
 * the whole, for a sort of hundreds costs more than the call: who stands behind the last place is not even drawn.
 */
export function sortedBy(
  deployments: readonly Deployment[],
  key: (deployment: Deployment) => number,
  share: Share,
  random: () => number,
): readonly Deployment[] {
  const places = openPlaces(Math.min(deployments.length, PLACES_IN_ORDER));
  let index = 0;
  for (const deployment of deployments) {
    const itsKey = key(deployment);
    if (itsKey <= places.lastKey()) {
      const itsShare = share(deployment);
      const drawn = random();
      // -log(1-u) is never below u: most are behind the last place without a logarithm.
      if (itsKey < places.lastKey() || drawn / itsShare < places.lastDraw())
        places.take(index, itsKey, draw(itsShare, drawn));
    }
    index++;
  }
  return inFront(deployments, places.first);
}

/** Who stands where, in order, by key and then by draw. */
function openPlaces(count: number): {
  readonly first: Int32Array;
  /** Who comes behind it has no place. */
  readonly lastKey: () => number;
  readonly lastDraw: () => number;
  readonly take: (index: number, itsKey: number, itsDraw: number) => void;
} {
  const first = new Int32Array(count).fill(-1);
  const keys = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const draws = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const last = count - 1;
  return {
    first,
    lastKey: () => keys[last] ?? 0,
    lastDraw: () => draws[last] ?? 0,
    take: (index, itsKey, itsDraw) => {
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
    },
  };
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
