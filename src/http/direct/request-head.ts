import type { IncomingHttpHeaders } from 'node:http';
import { withoutBlanks } from '../../std/index.ts';

/** A request that can be read off its socket without Node's parser. */
export type RequestHead = {
  readonly target: string;
  /** Lower-case names, each of them once. */
  readonly headers: IncomingHttpHeaders;
  /** Of the body. */
  readonly contentLength: number;
  /** Of the head, with its empty line. */
  readonly headBytes: number;
};

/** Node counts less of a head than all of its bytes: what is shorter than its limit passes there, too. */
const MAX_HEAD_BYTES = 16_384;
const MAX_FIELDS = 100;
const HEAD_END = Buffer.from('\r\n\r\n');
const FIELD = String.raw`[!#$%&'*+.^_\x60|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n`;
/** A path and a query of RFC 3986 alone. A bare CR or LF, a folded line or a space before the colon fits nowhere. */
const HEAD = new RegExp(String.raw`^POST (\/[\w!$%&'()*+,./:;=?@~-]*) HTTP\/1\.1\r\n(?:${FIELD})+$`);
/** As a client writes it that means to be understood. */
const LENGTH = /^(?:0|[1-9]\d{0,11})$/;
/** They frame a message or change what follows it; of a cookie that is set Node makes a list; the last is a trap. */
const LEFT_TO_NODE = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'proxy-connection',
  'trailer',
  'te',
  'http2-settings',
  'set-cookie',
  '__proto__',
]);
/** What headers are made after: no name is there before its header is. Of a null prototype itself V8 makes slow objects. */
const NOTHING: IncomingHttpHeaders = Object.freeze(Object.create(null));

/**
 * Reads the plainest form of a POST, and nothing else: null is no verdict, only that it is Node's to read, which knows
 * all the rest. Whatever is taken here, Node's parser reads in the same way.
 */
export function readRequestHead(bytes: Buffer): RequestHead | null {
  const end = bytes.indexOf(HEAD_END);
  const headBytes = end + HEAD_END.length;
  if (end === -1 || headBytes >= MAX_HEAD_BYTES) return null;
  const text = bytes.toString('latin1', 0, end + 2);
  const target = HEAD.exec(text)?.[1];
  if (target === undefined) return null;
  const headers = headersOf(text, text.indexOf('\r\n') + 2);
  const length = headers?.['content-length'];
  if (headers === null || length === undefined || !LENGTH.test(length) || !isPlain(headers)) return null;
  return { target, headers, contentLength: Number(length), headBytes };
}

function isPlain(headers: IncomingHttpHeaders): boolean {
  const { host, connection } = headers;
  if (host === undefined || host === '') return false;
  return connection === undefined || connection.toLowerCase() === 'keep-alive';
}

/** null: one of them is Node's to read, a name comes twice, or there are too many. */
function headersOf(text: string, start: number): IncomingHttpHeaders | null {
  const headers: IncomingHttpHeaders = Object.create(NOTHING);
  let count = 0;
  for (let at = start; at < text.length; ) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon).toLowerCase();
    if (LEFT_TO_NODE.has(name) || headers[name] !== undefined || ++count > MAX_FIELDS) return null;
    headers[name] = withoutBlanks(text, colon + 1, end);
    at = end + 2;
  }
  return headers;
}
