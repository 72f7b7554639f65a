/** An `import` would load Node's whole `fetch`. */
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** Of all names, and of all values: to look at each of them takes as long as all the rest of a head. */
const NAMES = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:)+$/;
const VALUES = /^[\t\x20-\x7e\x80-\xff]*$/;

export type ResponseHead = {
  /** With its empty line, in latin1. */
  readonly text: string;
  readonly body: 'length' | 'chunked' | 'none';
  /** The connection ends with the answer. */
  readonly closes: boolean;
};

/** What every answer says; `keepAliveS`: how long the connection waits for another request. */
export type HeadFacts = { readonly nowMs: number; readonly keepAliveS: number };

/** `headers`: flat names and values, in two lists. Throws at what would end a line. */
export function encodeResponseHead(
  status: number,
  common: readonly string[],
  headers: readonly string[],
  { nowMs, keepAliveS }: HeadFacts,
): ResponseHead {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  let names = 'date:';
  let values = '';
  let hasLength = false;
  let closes = false;
  for (const list of [common, headers]) {
    for (let at = 0; at < list.length; at += 2) {
      const name = list[at] ?? '';
      const value = list[at + 1] ?? '';
      names += `${name}:`;
      values += value;
      if (name === 'content-length') hasLength = true;
      else if (name === 'connection') closes = value === 'close';
      text += `${name}: ${value}\r\n`;
    }
  }
  if (!NAMES.test(names) || !VALUES.test(values)) throw new TypeError('a header that cannot be sent');
  text += `Date: ${dateText(nowMs)}\r\n`;
  if (!closes) text += `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveS}\r\n`;
  // RFC 9110, 15.3.5 and 15.4.5.
  const body = status === 204 || status === 304 ? 'none' : hasLength ? 'length' : 'chunked';
  if (body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  return { text: `${text}\r\n`, body, closes };
}

let date = { second: 0, text: '' };

/** Written once a second: it takes longer than all the rest of a head. */
function dateText(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (date.second !== second) date = { second, text: new Date(nowMs).toUTCString() };
  return date.text;
}
