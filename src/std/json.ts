import { isUtf8 } from 'node:buffer';
import { findJsonFault, type JsonFault } from './json-fault.ts';

export type JsonObject = { readonly [name: string]: unknown };

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault };

/** Parses bytes, and says where it went wrong if it did. */
export function parseJson(bytes: Buffer): JsonResult {
  if (!isUtf8(bytes))
    return { ok: false, fault: { position: 0, line: 1, column: 1, message: 'the body is not UTF-8' } };
  const text = bytes.toString('utf8');
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, fault: findJsonFault(text) };
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One member of the outermost object: its value is `bytes[start, end)`. */
export type JsonMember = { readonly name: string; readonly start: number; readonly end: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const TOO_DEEP = -1;

/**
 * The members of an object in the order and spelling of the bytes, repeated names included: what JSON.parse hides and
 * splicing needs. The bytes must already have parsed as an object; null: nested deeper than `maxDepth` levels.
 */
export function scanMembers(bytes: Buffer, maxDepth: number): readonly JsonMember[] | null {
  const members: JsonMember[] = [];
  let at = skipSpace(bytes, bytes.indexOf(OPEN_BRACE) + 1);
  while (bytes[at] === QUOTE) {
    const nameEnd = endOfString(bytes, at);
    const raw = bytes.toString('utf8', at, nameEnd);
    const start = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const end = endOfValue(bytes, start, maxDepth - 1);
    if (end === TOO_DEEP) return null;
    members.push({ name: raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1), start, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return members;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0x21) <= 0x20) at++;
  return at;
}

/** Index after the closing quote of the string that opens at `open`. */
function endOfString(bytes: Buffer, open: number): number {
  let close = bytes.indexOf(QUOTE, open + 1);
  while (close !== -1) {
    let backslashes = 0;
    while (bytes[close - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close + 1;
    close = bytes.indexOf(QUOTE, close + 1);
  }
  return bytes.length;
}

function endOfValue(bytes: Buffer, start: number, maxDepth: number): number {
  const first = bytes[start];
  if (first === QUOTE) return endOfString(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(bytes, start, maxDepth);
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === COMMA || byte === CLOSE_BRACE || byte <= 0x20 || byte === COLON) break;
    at++;
  }
  return at;
}

function endOfNested(bytes: Buffer, start: number, maxDepth: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > maxDepth) return TOO_DEEP;
    } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
  return bytes.length;
}
