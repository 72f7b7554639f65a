/**
 * Vectors of counts over a rolling time, in a ring of slots: adding is O(1), memory does not depend on how much is
 * added. A window is so many of the newest slots, the current one included, which has only begun.
 */
export type Rolling = {
  readonly slotMs: number;
  readonly width: number;
  /** Made when something is first added to them. */
  readonly slots: (Uint32Array | null)[];
  /** Which time each slot counts, in slots since the clock's start. */
  readonly periods: Float64Array;
};

export function openRolling(slotMs: number, slots: number, width: number): Rolling {
  return {
    slotMs,
    width,
    slots: Array.from({ length: slots }, () => null),
    periods: new Float64Array(slots).fill(Number.NEGATIVE_INFINITY),
  };
}

export function addToRolling(rolling: Rolling, index: number, nowMs: number): void {
  const { slots, periods, slotMs, width } = rolling;
  const period = Math.floor(nowMs / slotMs);
  const place = placeOf(period, slots.length);
  let slot = slots[place] ?? null;
  if (slot === null) {
    slot = new Uint32Array(width);
    slots[place] = slot;
  } else if (periods[place] !== period) slot.fill(0);
  periods[place] = period;
  slot[index] = (slot[index] ?? 0) + 1;
}

/** The counts of the newest `count` slots together. */
export function sumOfRolling(rolling: Rolling, count: number, nowMs: number): Float64Array {
  const { slots, periods, slotMs, width } = rolling;
  const newest = Math.floor(nowMs / slotMs);
  const sums = new Float64Array(width);
  for (let period = newest; period > newest - count; period--) {
    const place = placeOf(period, slots.length);
    const slot = slots[place] ?? null;
    if (slot === null || periods[place] !== period) continue;
    for (let index = 0; index < width; index++) sums[index] = (sums[index] ?? 0) + (slot[index] ?? 0);
  }
  return sums;
}

function placeOf(period: number, slots: number): number {
  return ((period % slots) + slots) % slots;
}
