import type { UpstreamHeaders } from './upstream.ts';

export type ParsedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** They described the bytes before they were decoded. */
const ABOUT_ENCODING = new Set(['content-encoding', 'content-length']);

/** A view on what the parser made, so that nothing is copied for the one or two headers that are asked for. */
export class AnswerHeaders implements UpstreamHeaders {
  readonly #parsed: ParsedHeaders;
  readonly #isDecoded: boolean;

  constructor(parsed: ParsedHeaders, isDecoded: boolean) {
    this.#parsed = parsed;
    this.#isDecoded = isDecoded;
  }

  get(name: string): string | null {
    if (!Object.hasOwn(this.#parsed, name) || (this.#isDecoded && ABOUT_ENCODING.has(name))) return null;
    const value = this.#parsed[name];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }

  names(): readonly string[] {
    const names = Object.keys(this.#parsed);
    return this.#isDecoded ? names.filter((name) => !ABOUT_ENCODING.has(name)) : names;
  }
}
