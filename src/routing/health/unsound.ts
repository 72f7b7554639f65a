import { clearlyWorse, type Tally } from '../quality/clearly-worse.ts';
import type { CircuitMemory, Memories } from './memories.ts';
import { EMPTY, FILLED, FITTING, qualityIn, SOUND, UNFIT, UNSOUND } from './track-record.ts';

const HALF_HOUR_MS = 1_800_000;

/**
 * Circuits whose answers are unsound clearly more often than those of the best of their peers, by what they were asked
 * for. Those that answer with nothing are unsound for both.
 */
export type Unsound<Names> = {
  /** They call tools wrongly. */
  readonly calls: Names;
  /** What was to be JSON is none, or does not fit its schema. */
  readonly structure: Names;
};

const NONE: Unsound<readonly string[]> = { calls: [], structure: [] };

export function unsoundAmong(
  circuits: readonly string[],
  memories: Memories,
  nowMs: number,
): Unsound<readonly string[]> {
  if (circuits.length < 2) return NONE;
  const known = circuits.flatMap((name) => memories.find(name) ?? []);
  const counts = known.map((memory) => ({ name: memory.name, quality: qualityOf(memory, nowMs) }));
  const tallies = (sound: number, unsound: number): readonly Tally[] =>
    counts.map(({ name, quality }) => ({ name, sound: quality[sound] ?? 0, unsound: quality[unsound] ?? 0 }));
  const empty = clearlyWorse(tallies(FILLED, EMPTY));
  return {
    calls: [...clearlyWorse(tallies(SOUND, UNSOUND)), ...empty],
    structure: [...clearlyWorse(tallies(FITTING, UNFIT)), ...empty],
  };
}

/** By all processes; what another one said goes out of the window evenly. */
function qualityOf({ record, elsewhere }: CircuitMemory, nowMs: number): Float64Array {
  const sums = qualityIn(record, nowMs);
  for (const { summary, atMs } of elsewhere.values()) {
    const share = Math.max(0, 1 - (nowMs - atMs) / HALF_HOUR_MS);
    for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + (summary.quality[at] ?? 0) * share;
  }
  return sums;
}
