/** Members that hold no prompt: media, ciphers, thoughts that are left out of the next turn, notes for others. */
const NO_PROMPT = new Set([
  ...['data', 'url', 'image_url', 'file_data', 'encrypted_content', 'signature', 'thoughtSignature', 'bytes'],
  ...['thinking', 'reasoning', 'reasoning_content', 'reasoning_details', 'summary', 'prediction', 'metadata'],
  ...['thought', 'provider', 'user', 'safety_identifier', 'images', 'cachedContent'],
]);

/** Where these are set, what does not fit is cut or condensed by the server itself. */
const CUT_BY_SERVER = ['truncation', 'truncate', 'context_management', 'transforms', 'plugins', 'shift'] as const;

/**
 * A number of tokens that the request's texts surely have: their words, counted where a letter follows a space or a line
 * break. No tokenizer in use joins two words into one token, and English has some 1.3 tokens a word: what is above a
 * window by this count is far above it. `each`: texts that are looked at one by one; the longest counts.
 */
export function leastTokens(body: Readonly<Record<string, unknown>>, each: boolean): number {
  if (CUT_BY_SERVER.some((name) => isSet(body[name]))) return 0;
  return each ? longest(body) : wordsIn(body);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 'disabled' && value !== 'NONE' && value !== false;
}

function wordsIn(value: unknown): number {
  if (typeof value === 'string') return countWords(value);
  if (typeof value !== 'object' || value === null) return 0;
  // A tool that the server shows to the model once it is searched for.
  if ('defer_loading' in value && value.defer_loading === true) return 0;
  let words = 0;
  if (Array.isArray(value)) for (const item of value) words += wordsIn(item);
  else for (const [name, member] of Object.entries(value)) if (!NO_PROMPT.has(name)) words += wordsIn(member);
  return words;
}

function longest(value: unknown): number {
  if (typeof value === 'string') return countWords(value);
  if (typeof value !== 'object' || value === null) return 0;
  let most = 0;
  for (const member of Object.values(value)) most = Math.max(most, longest(member));
  return most;
}

const SPACE = 0x20;
const LINE_BREAK = 0x0a;

function countWords(text: string): number {
  let words = 0;
  let isAfterSpace = true;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isAfterSpace && isLetter(code)) words++;
    isAfterSpace = code === SPACE || code === LINE_BREAK;
  }
  return words;
}

/** ASCII letters, and everything from À on. */
function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code >= 0xc0;
}
