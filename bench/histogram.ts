/** Tenths of a microsecond: fine enough for added latencies of a few microseconds, and 214 s still fit into 31 bits. */
const UNITS_PER_US = 10;
const STEPS_PER_OCTAVE = 128;
const EXACT_BELOW = 2 * STEPS_PER_OCTAVE;
const LARGEST = 2 ** 31 - 1;
const SLOTS = indexOf(LARGEST) + 1;

function indexOf(units: number): number {
  if (units < EXACT_BELOW) return units;
  const octave = 24 - Math.clz32(units);
  return octave * STEPS_PER_OCTAVE + (units >>> octave);
}

/** The middle of a slot: at most half a step (0.4 %) away from what was recorded there. */
function valueAt(index: number): number {
  if (index < EXACT_BELOW) return index;
  const octave = Math.floor(index / STEPS_PER_OCTAVE) - 1;
  const lowest = (index - octave * STEPS_PER_OCTAVE) * 2 ** octave;
  return lowest + (2 ** octave - 1) / 2;
}

/** Durations in logarithmic slots of constant relative width; recording neither allocates nor sorts. */
export class Histogram {
  readonly #slots = new Uint32Array(SLOTS);
  #count = 0;
  #largestUs = 0;

  get count(): number {
    return this.#count;
  }

  get largestUs(): number {
    return this.#largestUs;
  }

  record(us: number): void {
    const units = Math.min(LARGEST, Math.max(0, Math.round(us * UNITS_PER_US)));
    const index = indexOf(units);
    this.#slots[index] = (this.#slots[index] ?? 0) + 1;
    this.#count += 1;
    if (us > this.#largestUs) this.#largestUs = us;
  }

  /** The smallest recorded duration that at least `percent` of all are not longer than; 0 when there is none. */
  percentileUs(percent: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count));
    let seen = 0;
    for (let index = 0; index < SLOTS; index += 1) {
      seen += this.#slots[index] ?? 0;
      if (seen >= rank) return Math.min(valueAt(index) / UNITS_PER_US, this.#largestUs);
    }
    return this.#largestUs;
  }
}
