import { isJsonObject } from '../../std/index.ts';

const HEAD = /^\s*\{\s*"input"\s*:\s*"/;
const CONTROL = /\p{Cc}/gu;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const HIGH_SURROGATE = /^d[89ab]/i;

/** Arguments `{"input":"…"}` as the text that they hold; what is no such object stays as the model wrote it. */
export function customInput(json: string): string {
  try {
    const parsed: unknown = JSON.parse(json);
    const input = isJsonObject(parsed) ? parsed['input'] : undefined;
    return typeof input === 'string' ? input : json;
  } catch {
    return json;
  }
}

/** The same in pieces: text is given out as soon as it is certain. */
export class CustomInput {
  /** Before the text everything that came, within it what has not been given out. */
  #rest = '';
  #state: 'before' | 'within' | 'behind' = 'before';

  push(piece: string): string {
    if (this.#state === 'behind') return '';
    this.#rest += piece;
    if (this.#state === 'before') {
      const head = HEAD.exec(this.#rest);
      if (head === null) return '';
      this.#state = 'within';
      this.#rest = this.#rest.slice(head[0].length);
    }
    const { end, isClosed } = certainEnd(this.#rest);
    const text = unescaped(this.#rest.slice(0, end));
    this.#rest = this.#rest.slice(end);
    if (isClosed) this.#state = 'behind';
    return text;
  }

  end(): string {
    if (this.#state === 'before') return customInput(this.#rest);
    return this.#state === 'within' ? unescaped(this.#rest) : '';
  }
}

/** Where the string ends, or where its text is certain so far: an escape, and a pair of them, is not cut in two. */
function certainEnd(text: string): { readonly end: number; readonly isClosed: boolean } {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return { end: at, isClosed: true };
    const width = code === BACKSLASH ? escapeWidth(text, at) : 1;
    if (at + width > text.length) break;
    at += width;
  }
  return { end: at, isClosed: false };
}

function escapeWidth(text: string, at: number): number {
  if (text.charCodeAt(at + 1) !== LETTER_U) return 2;
  return HIGH_SURROGATE.test(text.slice(at + 2, at + 6)) ? 12 : 6;
}

/** Models write line ends into JSON strings as they are: they are taken for what they mean. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const legal = text.replace(CONTROL, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  try {
    return JSON.parse(`"${legal}"`) as string;
  } catch {
    return text;
  }
}
