const FIRST_MS = 250;
const LONGEST_MS = 8_000;

/** Milliseconds before the next try: doubling from 250 ms to 8 s, up to half of it left to chance. `tries` counts those made. */
export function backoffMs(tries: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, tries - 1)) * (0.5 + random / 2);
}
