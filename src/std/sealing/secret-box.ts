import { timingSafeEqual } from 'node:crypto';

/**
 * XSalsa20-Poly1305 as NaCl's secret box has it, opening only: Node has ChaCha20, and not Salsa20. After "Extending the
 * Salsa20 nonce" (Bernstein, 2011) and "The Poly1305-AES message-authentication code" (2005).
 */

const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const BLOCK_BYTES = 64;
/** The first half block of the stream is Poly1305's key; the message is hidden under what follows. */
const FIRST_BYTES = 32;

/** `expand 32-byte k`. */
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

/** nonce, tag, hidden text. null: it was hidden under another key, or changed. */
export function openSecretBox(box: Uint8Array, key: Uint8Array): Buffer | null {
  if (box.length < NONCE_BYTES + TAG_BYTES || key.length !== 32) return null;
  const bytes = Buffer.from(box.buffer, box.byteOffset, box.length);
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const hidden = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  const stream = xsalsa20(Buffer.from(key), nonce, FIRST_BYTES + hidden.length);
  if (!timingSafeEqual(poly1305(hidden, stream.subarray(0, FIRST_BYTES)), tag)) return null;
  const open = Buffer.alloc(hidden.length);
  for (let at = 0; at < hidden.length; at++) open[at] = byteAt(hidden, at) ^ byteAt(stream, FIRST_BYTES + at);
  return open;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function xsalsa20(key: Buffer, nonce: Buffer, length: number): Buffer {
  const subkey = wordsInBytes(hsalsa20(wordsOf(key), wordsOf(nonce.subarray(0, 16))));
  const [low = 0, high = 0] = wordsOf(nonce.subarray(16));
  const stream = Buffer.alloc(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES);
  for (let block = 0; block * BLOCK_BYTES < length; block++) {
    const input = matrix(wordsOf(subkey), [low, high, block >>> 0, 0]);
    const mixed = mix(input);
    const output = mixed.map((word, index) => (word + (input[index] ?? 0)) >>> 0);
    wordsInBytes(output).copy(stream, block * BLOCK_BYTES);
  }
  return stream.subarray(0, length);
}

/** What the longer nonce makes of the key: the words of the mixed matrix that are not the key's. */
function hsalsa20(key: readonly number[], nonce: readonly number[]): readonly number[] {
  const mixed = mix(matrix(key, nonce));
  return [0, 5, 10, 15, 6, 7, 8, 9].map((index) => mixed[index] ?? 0);
}

function matrix(key: readonly number[], input: readonly number[]): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = SIGMA;
  return [a, ...key.slice(0, 4), b, ...input, c, ...key.slice(4), d];
}

const ROUNDS = [
  [4, 0, 12, 7],
  [8, 4, 0, 9],
  [12, 8, 4, 13],
  [0, 12, 8, 18],
] as const;

/** Salsa20's twenty rounds: ten times over the columns, then over the rows, of a matrix of four by four. */
function mix(input: readonly number[]): readonly number[] {
  const words = Uint32Array.from(input);
  for (let double = 0; double < 10; double++) {
    for (let line = 0; line < 4; line++) quarter(words, (at) => (at + 5 * line) % 16);
    for (let line = 0; line < 4; line++) quarter(words, (at) => 4 * line + ((at / 4 + line) % 4));
  }
  return [...words];
}

function quarter(words: Uint32Array, place: (at: number) => number): void {
  for (const [to, one, other, bits] of ROUNDS) {
    const sum = ((words[place(one)] ?? 0) + (words[place(other)] ?? 0)) >>> 0;
    words[place(to)] = (words[place(to)] ?? 0) ^ ((sum << bits) | (sum >>> (32 - bits)));
  }
}

const PRIME = (1n << 130n) - 5n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

function poly1305(message: Buffer, key: Buffer): Buffer {
  const factor = numberOf(key.subarray(0, 16)) & CLAMP;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const part = message.subarray(at, at + 16);
    sum = ((sum + numberOf(part) + (1n << BigInt(8 * part.length))) * factor) % PRIME;
  }
  const tag = (sum + numberOf(key.subarray(16))) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

/** Little-endian, as all numbers here. */
function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function wordsOf(bytes: Buffer): readonly number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index));
}

function wordsInBytes(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, 4 * index);
  return bytes;
}
