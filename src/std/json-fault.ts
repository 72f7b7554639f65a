/** Where a document stops being JSON. `position` is in characters from 0; line and column count from 1. */
export type JsonFault = {
  readonly position: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

const TOKEN =
  /[ \t\n\r]*(?:(?<mark>[{}[\],:])|(?<string>"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<scalar>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
const SPACE = /[ \t\n\r]*/y;

type Expectation = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or }' | ', or ]' | 'the end';

/**
 * The first fault of a text that JSON.parse refused. V8 names the position in only some of its messages, so the
 * grammar is walked again here; slow, and only for documents that are already lost.
 */
export function findJsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = [];
  let expected: Expectation = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.groups;
    const next: Expectation | null = token === undefined ? null : step(expected, token, open);
    if (next === null) return faultAt(text, at, expected);
    at = TOKEN.lastIndex;
    expected = next;
  }
}

function step(
  expected: Expectation,
  token: Record<string, string | undefined>,
  open: ('{' | '[')[],
): Expectation | null {
  const { mark, string } = token;
  if (string !== undefined && holdsControl(string)) return null;
  const closes =
    (mark === '}' && (expected === 'name or }' || expected === ', or }')) ||
    (mark === ']' && (expected === 'value or ]' || expected === ', or ]'));
  if (closes) {
    open.pop();
    return afterValue(open);
  }
  if (expected === 'value' || expected === 'value or ]') {
    if (mark === '{' || mark === '[') {
      open.push(mark);
      return mark === '{' ? 'name or }' : 'value or ]';
    }
    return mark === undefined ? afterValue(open) : null;
  }
  if (expected === 'name' || expected === 'name or }') return string === undefined ? null : ':';
  if (expected === ':') return mark === ':' ? 'value' : null;
  if (mark !== ',') return null;
  return expected === ', or }' ? 'name' : expected === ', or ]' ? 'value' : null;
}

/** Control characters must be escaped in a string. */
function holdsControl(string: string): boolean {
  for (let index = 0; index < string.length; index++) {
    if (string.charCodeAt(index) < 0x20) return true;
  }
  return false;
}

function afterValue(open: readonly ('{' | '[')[]): Expectation {
  const inside = open.at(-1);
  return inside === undefined ? 'the end' : inside === '{' ? ', or }' : ', or ]';
}

function faultAt(text: string, from: number, expected: Expectation): JsonFault {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  const position = SPACE.lastIndex;
  const before = text.slice(0, position);
  const next = text.codePointAt(position);
  // One character: the message goes to logs, and what follows may be anybody's words.
  const found = next === undefined ? 'the document ends' : `found ${JSON.stringify(String.fromCodePoint(next))}`;
  return {
    position,
    line: before.split('\n').length,
    column: position - before.lastIndexOf('\n'),
    message: `expected ${expected}, ${found}`,
  };
}
