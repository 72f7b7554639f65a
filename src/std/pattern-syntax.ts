export type Accepts = (code: number) => boolean;

/** What a pattern says. */
export type PatternNode =
  | { readonly kind: 'one'; readonly accepts: Accepts }
  | { readonly kind: 'at'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'all'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'any'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly least: number; readonly most: number };

/** What has no meaning here, or no end. */
export class PatternFault extends Error {}

const MAX_REPEATS = 200;

/** Throws a PatternFault. */
export function parsePattern(source: string): PatternNode {
  return new Parser(source).parse();
}

const isDigit: Accepts = (code) => code >= 48 && code <= 57;
const isWord: Accepts = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: Accepts = (code) => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
const not =
  (accepts: Accepts): Accepts =>
  (code) =>
    !accepts(code);
const isBoundary = (text: string, at: number): boolean =>
  isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));

const CLASSES: Readonly<Record<string, Accepts>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' };
const ANCHORS: Readonly<Record<string, (text: string, at: number) => boolean>> = {
  b: isBoundary,
  B: (text, at) => !isBoundary(text, at),
  A: (_, at) => at === 0,
  z: (text, at) => at === text.length,
};

/** A class, for its place in the source is its state. */
class Parser {
  readonly #source: string;
  #at = 0;
  #ignoresCase = false;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): PatternNode {
    if (this.#takes('(?i)')) this.#ignoresCase = true;
    const node = this.#either();
    if (this.#at < this.#source.length) throw new PatternFault(`a ')' closes nothing at ${this.#at}`);
    return node;
  }

  #either(): PatternNode {
    const nodes = [this.#sequence()];
    while (this.#takes('|')) nodes.push(this.#sequence());
    const [only] = nodes;
    return nodes.length === 1 && only !== undefined ? only : { kind: 'any', nodes };
  }

  #sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at)))
      nodes.push(this.#repeated());
    return { kind: 'all', nodes };
  }

  #repeated(): PatternNode {
    let node = this.#atom();
    for (let times = this.#times(); times !== null; times = this.#times()) {
      const [least, most] = times;
      if (node.kind === 'at') throw new PatternFault(`nothing to repeat at ${this.#at - 1}`);
      node = { kind: 'repeat', node, least, most };
      // What is taken first does not matter where only a match is asked for.
      this.#takes('?');
    }
    return node;
  }

  #times(): readonly [least: number, most: number] | null {
    if (this.#takes('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#takes('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#takes('?')) return [0, 1];
    const counted = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#source.slice(this.#at));
    if (counted === null) return null;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
    if (least > MAX_REPEATS || (most > MAX_REPEATS && most !== Number.POSITIVE_INFINITY) || most < least)
      throw new PatternFault(`${counted[0]} repeats in no way that is allowed`);
    return [least, most];
  }

  #atom(): PatternNode {
    const letter = this.#source.charAt(this.#at++);
    if (letter === '(') return this.#group();
    if (letter === '[') return { kind: 'one', accepts: this.#class() };
    if (letter === '.') return { kind: 'one', accepts: (code) => code !== 10 };
    if (letter === '^') return { kind: 'at', holds: (_, at) => at === 0 };
    if (letter === '$') return { kind: 'at', holds: (text, at) => at === text.length };
    if ('*+?'.includes(letter)) throw new PatternFault(`nothing to repeat at ${this.#at - 1}`);
    if (letter !== '\\') return { kind: 'one', accepts: this.#literal(letter) };
    const escaped = this.#source.charAt(this.#at);
    const holds = ANCHORS[escaped];
    if (holds === undefined) return { kind: 'one', accepts: this.#escaped() };
    this.#at++;
    return { kind: 'at', holds };
  }

  #group(): PatternNode {
    if (this.#source.startsWith('?', this.#at) && !this.#takes('?:'))
      throw new PatternFault(
        `'(?${this.#source.charAt(this.#at + 1)}' cannot be matched in linear time, or is not known`,
      );
    const node = this.#either();
    if (!this.#takes(')')) throw new PatternFault("a '(' is not closed");
    return node;
  }

  /** Behind the backslash. */
  #escaped(): Accepts {
    const letter = this.#source.charAt(this.#at++);
    if (letter === '') throw new PatternFault('it ends with a backslash');
    const known = CLASSES[letter];
    if (known !== undefined) return known;
    const control = CONTROLS[letter];
    if (control !== undefined) return this.#literal(control);
    if (/[A-Za-z0-9]/.test(letter))
      throw new PatternFault(`'\\${letter}' cannot be matched in linear time, or is not known`);
    return this.#literal(letter);
  }

  #class(): Accepts {
    const isOther = this.#takes('^');
    const parts: Accepts[] = [];
    for (let isFirst = true; isFirst || !this.#source.startsWith(']', this.#at); isFirst = false) {
      if (this.#at >= this.#source.length) throw new PatternFault("a '[' is not closed");
      const from = this.#source.charAt(this.#at++);
      if (from === '\\') parts.push(this.#escaped());
      else if (/^-[^\]]/.test(this.#source.slice(this.#at, this.#at + 2))) {
        const to = this.#source.charAt(this.#at + 1);
        this.#at += 2;
        if (to === '\\' || to < from) throw new PatternFault(`${from}-${to} is no range`);
        parts.push(this.#range(from.charCodeAt(0), to.charCodeAt(0)));
      } else parts.push(this.#literal(from));
    }
    this.#at++;
    const accepts: Accepts = (code) => parts.some((part) => part(code));
    return isOther ? not(accepts) : accepts;
  }

  #range(least: number, most: number): Accepts {
    const within: Accepts = (code) => code >= least && code <= most;
    return this.#ignoresCase ? (code) => bothCases(code).some(within) : within;
  }

  #literal(letter: string): Accepts {
    const code = letter.charCodeAt(0);
    if (!this.#ignoresCase) return (other) => other === code;
    const both = bothCases(code);
    return (other) => both.includes(other);
  }

  #takes(words: string): boolean {
    if (!this.#source.startsWith(words, this.#at)) return false;
    this.#at += words.length;
    return true;
  }
}

function bothCases(code: number): readonly number[] {
  const letter = String.fromCharCode(code);
  return [letter.toLowerCase().charCodeAt(0), letter.toUpperCase().charCodeAt(0)];
}
