import type { Candidate } from './candidate.ts';
import type { DeploymentStats } from './health/stats.ts';

const REASON = 'where the turns of this session meet';
/** Who takes this much longer to the first byte than the quickest is no place to meet. */
const MUCH_LATER = 1.5;

/**
 * Of candidates that are equal to the first one, that with the highest score of the session comes first (rendezvous
 * hashing, by weight): processes that have not heard of a session send its turns to the same place, and one that comes
 * or goes moves its own sessions alone.
 */
export function meetingFirst(
  candidates: readonly Candidate[],
  session: string,
  statsOf: (candidate: Candidate) => DeploymentStats,
): readonly Candidate[] {
  const [first] = candidates;
  const equals = candidates.filter(({ reason, deployment }) => reason === first?.reason && deployment.weight > 0);
  if (equals.length < 2) return candidates;
  const latencies = equals.map((each) => statsOf(each).firstByteMs?.p50 ?? null);
  const least = Math.min(...latencies.map((ms) => ms ?? Number.POSITIVE_INFINITY));
  const near = equals.filter((_, at) => (latencies[at] ?? 0) <= least * MUCH_LATER);
  const winner = near.reduce((one, other) => (scoreOf(other, session) > scoreOf(one, session) ? other : one));
  return [{ ...winner, reason: REASON }, ...candidates.filter((each) => each !== winner)];
}

/** The chance to have the highest score is weight over the sum of weights. */
function scoreOf({ deployment: { id, weight } }: Candidate, session: string): number {
  return -weight / Math.log((hashOf(`${id}\n${session}`) + 0.5) / 2 ** 32);
}

/** FNV-1a, its bits mixed as MurmurHash does at its end: names differ by their last letters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
