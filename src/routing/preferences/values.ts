import { type PicoUsd, scaleDecimal } from '../../std/index.ts';
import { isAbsent, malformed, oneOf } from './malformed.ts';

/** More names than any plan has deployments; what is longer is no list that a person or a client wrote. */
const MOST_NAMES = 100;
const LONGEST_NAME = 256;

/** null: absent. */
export function readFlag(value: unknown, path: string): boolean | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'boolean') throw malformed(path, 'true or false', value);
  return value;
}

export function readWord<Word extends string>(value: unknown, path: string, words: readonly Word[]): Word | null {
  if (isAbsent(value)) return null;
  const word = words.find((each) => each === value);
  if (word === undefined) throw malformed(path, oneOf(words), value);
  return word;
}

export function readNames(value: unknown, path: string, most: number = MOST_NAMES): readonly string[] | null {
  if (isAbsent(value)) return null;
  if (!Array.isArray(value)) throw malformed(path, 'an array of names', value);
  if (value.length > most) throw malformed(path, `at most ${most} names`, `${value.length} of them`);
  return value.map((name: unknown, index) => readName(name, `${path}[${index}]`));
}

export function readName(value: unknown, path: string): string {
  const name = typeof value === 'string' ? value.trim() : '';
  if (name === '' || name.length > LONGEST_NAME)
    throw malformed(path, `a name of 1 to ${LONGEST_NAME} characters`, value);
  return name;
}

export function readWhole(value: unknown, path: string, least: number, most: number): number | null {
  if (isAbsent(value)) return null;
  const number = numberIn(value);
  if (number === null || !Number.isInteger(number) || number < least || number > most)
    throw malformed(path, `a whole number from ${least} to ${most}`, value);
  return number;
}

const LONGEST_S = 86_400;

/** Seconds, as LiteLLM counts them; milliseconds here. */
export function readSeconds(value: unknown, path: string): number | null {
  if (isAbsent(value)) return null;
  const seconds = numberIn(value);
  if (seconds === null || seconds <= 0 || seconds > LONGEST_S)
    throw malformed(path, `seconds, above 0 and up to ${LONGEST_S}`, value);
  return Math.max(1, Math.round(seconds * 1000));
}

/** Headers are text, and some clients write numbers of a body as text, too. */
function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Bounded in length and exponent: the arithmetic is exact, and a power of ten as large as a caller likes is not free. */
const AMOUNT = /^\d{1,15}(?:\.\d{0,30})?(?:e[+-]?\d{1,3})?$/i;
const MOST_USD = 1e9;

/** USD as number or text, times ten to the `places`, without a float in between. */
export function readUsd(value: unknown, path: string, places: number): PicoUsd | null {
  if (isAbsent(value)) return null;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (!AMOUNT.test(text) || Number(text) > MOST_USD)
    throw malformed(path, `USD as a number or text, 0 to ${MOST_USD}, such as 0.5 or "0.5"`, value);
  return scaleDecimal(text, places);
}
