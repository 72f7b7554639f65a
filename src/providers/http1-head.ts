import { withoutBlanks } from '../std/index.ts';
import type { ParsedHeaders } from './answer-headers.ts';

/** How an answer's body ends; `length` counts bytes. RFC 9112, section 6.3. */
export type Framing =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

export type ResponseHead = {
  readonly status: number;
  readonly headers: ParsedHeaders;
  readonly framing: Framing;
  /** Both sides may go on using the connection after this answer. */
  readonly keepsAlive: boolean;
  /** `Keep-Alive: timeout=5`: how long the server says it waits for the next request; null: it does not say. */
  readonly keepAliveSeconds: number | null;
};

/** What was wrong, in words that quote nothing of what was received. */
export type HeadFault = string;

const MAX_HEADERS = 256;
const VALUE = String.raw`[\t\x20-\x7e\x80-\xff]*\r\n`;
const FIELD = String.raw`[!#$%&'*+.^_\x60|~0-9A-Za-z-]+:${VALUE}`;
/**
 * A whole head up to, and without, its empty line. A bare CR or LF, a folded line, a space before the colon and a
 * control character fit nowhere in it, so none of them can move a header's end.
 */
const HEAD = new RegExp(String.raw`^HTTP/1\.[01] [1-9]\d\d(?: ${VALUE}|\r\n)(?:${FIELD})*$`);
const FIELD_LINE = new RegExp(`^${FIELD}$`);
/** Beyond 15 digits a double no longer counts every byte. */
const LENGTH = /^\d{1,15}$/;
const CLOSE = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i;
const KEEP_ALIVE = /(?:^|,)[\t ]*keep-alive[\t ]*(?:,|$)/i;
const TIMEOUT = /(?:^|[,;])[\t ]*timeout[\t ]*=[\t ]*(\d{1,9})/i;
const NO_BODY: Framing = { kind: 'length', length: 0 };
const CHUNKED: Framing = { kind: 'chunked' };
const UNTIL_CLOSE: Framing = { kind: 'until-close' };

/** `text`: the status line and the headers as latin1, each line with its CRLF. `isHead`: the request was a HEAD. */
export function parseHead(text: string, isHead: boolean): ResponseHead | HeadFault {
  if (!HEAD.test(text)) return 'a malformed head';
  const headers = headersOf(text);
  if (headers === null) return `more than ${MAX_HEADERS} headers`;
  const status = Number(text.slice(9, 12));
  const isOld = text.charCodeAt(7) === 0x30;
  const framing = isHead || status < 200 || status === 204 || status === 304 ? NO_BODY : framingOf(headers, isOld);
  if (typeof framing === 'string') return framing;
  return {
    status,
    headers,
    framing,
    keepsAlive: framing.kind !== 'until-close' && keepsAlive(joined(headers['connection']), isOld),
    keepAliveSeconds: keepAliveSeconds(joined(headers['keep-alive'])),
  };
}

/** One line of a trailer, with its CRLF. */
export function isFieldLine(line: string): boolean {
  return FIELD_LINE.test(line);
}

/** Lower-case names; no prototype, because a server chooses the names. Null: too many. */
function headersOf(text: string): ParsedHeaders | null {
  const headers: Record<string, string | string[]> = Object.create(null);
  let count = 0;
  let at = text.indexOf('\r\n') + 2;
  while (at < text.length) {
    if (++count > MAX_HEADERS) return null;
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon).toLowerCase();
    const value = withoutBlanks(text, colon + 1, end);
    const earlier = headers[name];
    if (earlier === undefined) headers[name] = value;
    else if (typeof earlier === 'string') headers[name] = [earlier, value];
    else earlier.push(value);
    at = end + 2;
  }
  return headers;
}

/**
 * Stricter than RFC 9112 where it leaves a choice: a length beside a transfer-encoding, or twice, is how answers are
 * smuggled, and no transfer-encoding but chunked can be undone here.
 */
function framingOf(headers: ParsedHeaders, isOld: boolean): Framing | HeadFault {
  const encoding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (encoding !== undefined) {
    if (length !== undefined) return 'both content-length and transfer-encoding';
    if (isOld) return 'a transfer-encoding in HTTP/1.0';
    if (typeof encoding !== 'string' || encoding.toLowerCase() !== 'chunked') return 'an unknown transfer-encoding';
    return CHUNKED;
  }
  if (length === undefined) return UNTIL_CLOSE;
  if (typeof length !== 'string') return 'two content-lengths';
  return LENGTH.test(length) ? { kind: 'length', length: Number(length) } : 'a content-length that is no number';
}

function keepsAlive(connection: string, isOld: boolean): boolean {
  if (connection === '') return !isOld;
  return !CLOSE.test(connection) && (!isOld || KEEP_ALIVE.test(connection));
}

function keepAliveSeconds(hint: string): number | null {
  if (hint === '') return null;
  const seconds = TIMEOUT.exec(hint)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

function joined(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(',') ?? '');
}
