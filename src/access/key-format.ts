import { crc32 } from 'node:zlib';
import { randomText } from '../std/index.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'sk-wb-';
const OURS = /^sk-wb-([0-9A-Za-z]{6})-[0-9A-Za-z]{43}-[0-9A-Za-z]{6}$/;
const CHECKSUM_LETTERS = 6;

/** LiteLLM's rule for a key that a caller brings along. */
const FOREIGN = /^sk-[!-~]{13,253}$/;

/** `sk-wb-<public id>-<256 bits>-<checksum>`. */
export function newSecret(publicId: string): string {
  const text = `${PREFIX}${publicId}-${randomText(43)}`;
  return `${text}-${checksum(text)}`;
}

export function newPublicId(): string {
  for (;;) {
    const id = randomText(6);
    // The master key's id in the books.
    if (id !== 'master') return id;
  }
}

/** The public id in a key of ours whose checksum is right; null for anything else. */
export function publicIdIn(secret: string): string | null {
  const match = OURS.exec(secret);
  if (match === null || secret.slice(-CHECKSUM_LETTERS) !== checksum(secret.slice(0, -CHECKSUM_LETTERS - 1)))
    return null;
  return match[1] ?? null;
}

/** Whether a look-up in the database is worth it: mistyped keys of ours and texts of other shapes are not. */
export function isWellFormed(secret: string): boolean {
  return secret.startsWith(PREFIX) ? publicIdIn(secret) !== null || isCustomSecret(secret) : FOREIGN.test(secret);
}

/** Whether a key may be brought along: `sk-` and at least 13 more printable characters, not of our own make. */
export function isCustomSecret(secret: string): boolean {
  return FOREIGN.test(secret) && !OURS.test(secret);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let letters = '';
  for (let index = 0; index < CHECKSUM_LETTERS; index++) {
    letters = (ALPHABET[rest % ALPHABET.length] ?? '') + letters;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return letters;
}
