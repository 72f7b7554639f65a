import { clearlyWorse, type Tally } from '../quality/clearly-worse.ts';
import type { CircuitMemory, Memories } from './memories.ts';
import { EMPTY, FILLED, qualityIn, SOUND, UNSOUND } from './track-record.ts';

const HALF_HOUR_MS = 1_800_000;

/** Circuits that call tools wrongly, or answer with nothing, clearly more often than the best of their peers. */
export function unsoundAmong(circuits: readonly string[], memories: Memories, nowMs: number): readonly string[] {
  if (circuits.length < 2) return [];
  const known = circuits.flatMap((name) => memories.find(name) ?? []);
  const counts = known.map((memory) => ({ name: memory.name, quality: qualityOf(memory, nowMs) }));
  const tallies = (sound: number, unsound: number): readonly Tally[] =>
    counts.map(({ name, quality }) => ({ name, sound: quality[sound] ?? 0, unsound: quality[unsound] ?? 0 }));
  return [...clearlyWorse(tallies(SOUND, UNSOUND)), ...clearlyWorse(tallies(FILLED, EMPTY))];
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
