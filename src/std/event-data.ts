import { isJsonObject, type JsonObject, parseJson } from './json.ts';

const DATA = 'data:';
const NAME = 'event:';
const NAME_LINE = /[\r\n]event:/;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';
const LINE_END = /\r\n|\n|\r/;

/** The data of an event in text with a byte to a letter: its `data:` lines, joined by line feeds. null: it has none. */
export function dataOf(event: string): string | null {
  const begin = event.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const lines = event
    .slice(begin)
    .split(LINE_END)
    .filter((line) => line.startsWith(DATA));
  return lines.length === 0 ? null : lines.map(valueIn).join('\n');
}

/** The event's name, its `event:` line, in the same text. null: it has none. */
export function nameOf(event: string): string | null {
  let at = event.startsWith(NAME) ? 0 : event.search(NAME_LINE);
  if (at === -1) return null;
  if (!event.startsWith(NAME, at)) at++;
  const end = event.slice(at).search(LINE_END);
  const name = event.slice(at + NAME.length, end === -1 ? undefined : at + end).trim();
  return name === '' ? null : name;
}

/** The event's data as a JSON object; null if it is none. */
export function jsonOf(event: string): JsonObject | null {
  const data = dataOf(event);
  if (data === null) return null;
  const parsed = parseJson(Buffer.from(data, 'latin1'));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}

function valueIn(line: string): string {
  return line.slice(line.charCodeAt(DATA.length) === 0x20 ? DATA.length + 1 : DATA.length);
}
