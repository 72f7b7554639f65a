/** Texts are shortened to the first of these with which the whole fits: the longest, images say, go first. */
const TEXT_LIMITS = [32_768, 8_192, 2_048, 512, 128, 32];
const NUMBERS_KEPT = 8;
const VECTOR_FROM = 64;

/** `isCut`: something of it is missing. */
export type Fitted = { readonly json: string; readonly isCut: boolean };

/**
 * JSON of at most so many bytes. What is too long stays JSON as long as that can be: its longest texts and vectors are
 * shortened, with a mark. Where even that is too long it is the beginning of its JSON, in a JSON text.
 */
export function fitted(value: unknown, maxBytes: number): Fitted {
  const whole = JSON.stringify(value);
  if (Buffer.byteLength(whole) <= maxBytes) return { json: whole, isCut: false };
  for (const limit of TEXT_LIMITS) {
    const json = JSON.stringify(value, (_name, each: unknown) => shortened(each, limit));
    if (Buffer.byteLength(json) <= maxBytes) return { json, isCut: true };
  }
  return { json: beginning(whole, maxBytes), isCut: true };
}

/** As a JSON text. An escape takes a place more: half of them is room enough for all but the oddest. */
export function beginning(text: string, maxBytes: number): string {
  for (let length = Math.min(text.length, maxBytes); ; length = Math.floor(length / 2)) {
    const json = JSON.stringify(text.slice(0, length));
    if (Buffer.byteLength(json) <= maxBytes || length === 0) return json;
  }
}

function shortened(value: unknown, limit: number): unknown {
  if (typeof value === 'string' && value.length > limit)
    return `${value.slice(0, limit)}… [${value.length - limit} more characters]`;
  if (Array.isArray(value) && value.length > VECTOR_FROM && value.every((each) => typeof each === 'number'))
    return [...value.slice(0, NUMBERS_KEPT), `… [${value.length - NUMBERS_KEPT} more numbers]`];
  return value;
}
