import { isJsonObject, type JsonObject, parseJson } from '../std/index.ts';

const DATA = Buffer.from('data:');
const BYTE_ORDER_MARK = 0xef;

/** The data of an event: its `data:` lines, joined by line feeds. null: a comment, or nothing. */
export function dataOf(event: Buffer): Buffer | null {
  const begin = event[0] === BYTE_ORDER_MARK ? 3 : 0;
  // Nearly all events are one data line.
  if (startsWithData(event, begin)) {
    const end = lineEnd(event, begin);
    if (event.indexOf(DATA, end) === -1) return value(event, begin, end);
  }
  const lines: Buffer[] = [];
  for (let at = begin; at < event.length; ) {
    const end = lineEnd(event, at);
    if (startsWithData(event, at)) lines.push(value(event, at, end));
    at = end + 1;
    if (event[end] === 0x0d && event[at] === 0x0a) at++;
  }
  if (lines.length === 0) return null;
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [NEWLINE, line])));
}

/** The event's data as a JSON object; null if it is none. */
export function jsonOf(event: Buffer): JsonObject | null {
  const data = dataOf(event);
  if (data === null) return null;
  const parsed = parseJson(data);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}

const NEWLINE = Buffer.from('\n');

function startsWithData(event: Buffer, at: number): boolean {
  return (
    event[at] === 0x64 &&
    event[at + 1] === 0x61 &&
    event[at + 2] === 0x74 &&
    event[at + 3] === 0x61 &&
    event[at + 4] === 0x3a
  );
}

function value(event: Buffer, at: number, end: number): Buffer {
  const start = at + DATA.length;
  return event.subarray(event[start] === 0x20 ? start + 1 : start, end);
}

function lineEnd(event: Buffer, from: number): number {
  for (let at = from; at < event.length; at++) {
    if (event[at] === 0x0a || event[at] === 0x0d) return at;
  }
  return event.length;
}
