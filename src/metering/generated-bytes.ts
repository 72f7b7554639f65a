const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Without the first quote: it would be the slowest letter to search for. */
const DELTA = 'delta"';
const TEXT = 'text"';

/** Members whose text the model did not write, or that say again what another says, as `reasoning_details` does. */
const NOT_GENERATED = new Set([
  'role',
  'id',
  'type',
  'format',
  'channel',
  'signature',
  'reasoning_details',
  'reasoning_encrypted',
  'provider_metadata',
]);

/**
 * Bytes of what a model wrote, in the text of one event with a byte to a letter: every string in a `delta` that is not
 * known to be something else, so that spellings yet to come count, too; else the `text` of a completion. Escapes count
 * as they are written: never too little.
 */
export function generatedBytes(event: string): number {
  const hasDelta = event.includes(DELTA);
  const [member, sizeAfter] = hasDelta ? [DELTA, stringsAfter] : [TEXT, textAfter];
  let bytes = 0;
  for (let at = event.indexOf(member); at !== -1; at = event.indexOf(member, at + 1)) {
    if (event.charCodeAt(at - 1) === QUOTE) bytes += sizeAfter(event, at + member.length);
  }
  return bytes;
}

function textAfter(event: string, from: number): number {
  const open = afterColon(event, from);
  return event.charCodeAt(open) === QUOTE ? endOfString(event, open) - open - 1 : 0;
}

/** Sums the strings of the object that comes after a colon. */
function stringsAfter(event: string, from: number): number {
  let bytes = 0;
  let depth = 0;
  for (let at = afterColon(event, from); at < event.length; at++) {
    const code = event.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(event, at);
      if (!isMember(event, end + 1)) bytes += end - at - 1;
      else if (NOT_GENERATED.has(event.slice(at + 1, end))) {
        at = endOfValue(event, afterColon(event, end + 1));
        continue;
      }
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth <= 0) return bytes;
    else if (depth === 0) return bytes;
  }
  return bytes;
}

/** Index of the last letter of the value that begins there. */
function endOfValue(event: string, from: number): number {
  let depth = 0;
  for (let at = from; at < event.length; at++) {
    const code = event.charCodeAt(at);
    if (code === QUOTE) at = endOfString(event, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return at - 1;
      depth--;
    }
    if (depth === 0) return at;
  }
  return event.length;
}

/** Index of the closing quote of the string that opens at `open`. */
function endOfString(event: string, open: number): number {
  for (let close = event.indexOf('"', open + 1); close !== -1; close = event.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (event.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close;
  }
  return event.length;
}

function isMember(event: string, from: number): boolean {
  return event.charCodeAt(skipSpace(event, from)) === COLON;
}

function afterColon(event: string, from: number): number {
  const at = skipSpace(event, from);
  return event.charCodeAt(at) === COLON ? skipSpace(event, at + 1) : event.length;
}

function skipSpace(event: string, from: number): number {
  let at = from;
  while (event.charCodeAt(at) <= 0x20) at++;
  return at;
}
