/**
 * A unit vector that depends on the text alone. Texts that share words point in like directions, so that semantic
 * search and caching have something to find.
 */
export function embeddingVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  addDirection(vector, text, 0.1);
  for (const word of words) addDirection(vector, word, 1);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Adds the pseudo-random direction that belongs to a word: FNV-1a for the seed, mulberry32 for the numbers. */
function addDirection(vector: Float32Array, word: string, weight: number): void {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(word)) state = Math.imul(state ^ byte, 0x01000193);
  for (let index = 0; index < vector.length; index++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const unit = ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
    vector[index] = (vector[index] ?? 0) + weight * (unit * 2 - 1);
  }
}
