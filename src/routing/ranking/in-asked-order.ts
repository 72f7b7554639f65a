import type { Deployment } from '../../catalog/index.ts';
import { type Candidate, tierWords } from '../candidate.ts';

/** What `wanted` names first, in its order; of several of one name, and of the rest, the order stays. */
export function inAskedOrder(candidates: readonly Candidate[], wanted: readonly string[]): Candidate[] {
  const named: Candidate[][] = wanted.map(() => []);
  const rest: Candidate[] = [];
  for (const candidate of candidates) {
    const place = placeIn(wanted, candidate.deployment);
    const list = named[place];
    if (list === undefined) rest.push(candidate);
    else list.push({ ...candidate, reason: `provider.order[${place}]${tierWords(candidate.deployment)}` });
  }
  return [...named.flat(), ...rest];
}

/** -1: it is not named. */
function placeIn(wanted: readonly string[], { names }: Deployment): number {
  return wanted.findIndex((name) => names.includes(name));
}
