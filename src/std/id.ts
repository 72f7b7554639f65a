import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const POOL_BYTES = 4096;
/** 248 = 4 x 62: bytes above it are thrown away, so that every letter is equally likely. */
const UNBIASED_BYTES = 248;

let pool = randomBytes(POOL_BYTES);
let position = 0;

/** `length` letters of base 62 from the system's randomness: 5.95 bits each. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    if (position === POOL_BYTES) {
      pool = randomBytes(POOL_BYTES);
      position = 0;
    }
    const byte = pool[position++] ?? 0;
    if (byte < UNBIASED_BYTES) text += ALPHABET[byte % ALPHABET.length];
  }
  return text;
}

/** `prefix_` and 20 letters: 119 bits, for rows and events. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomText(20)}`;
}

/**
 * An exchange's id, in the form of OpenRouter's generations: `gen-<unix seconds>-<20 letters>`. The letters begin with
 * the milliseconds: ids sort by time, so that rows go to the end of every index and not all over the last second's
 * pages. The other 17 are 101 bits.
 */
export function exchangeId(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const milliseconds = String(Math.floor(nowMs) - seconds * 1000).padStart(3, '0');
  return `gen-${seconds}-${milliseconds}${randomText(17)}`;
}

/** Uniform in [0, 1), for choices that need no secrecy. */
export function random(): number {
  return Math.random();
}
