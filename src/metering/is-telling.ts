const OPEN_BRACE = 0x7b;
const QUOTE = 0x22;
const COLON = 0x3a;
const SPACE = 0x20;

/**
 * Whether an event may hold usage, a finish reason or an error: those members with a value that is not null. It may
 * be wrong about yes, never about no. A search that begins with a rare letter takes 20 ns, one with a quote 150.
 */
export function isTelling(event: string): boolean {
  return (
    hasValue(event, 'usage"', OPEN_BRACE, OPEN_BRACE) ||
    hasValue(event, 'finish_reason"', QUOTE, QUOTE) ||
    hasValue(event, 'rror"', OPEN_BRACE, QUOTE)
  );
}

function hasValue(event: string, member: string, one: number, other: number): boolean {
  for (let at = event.indexOf(member); at !== -1; at = event.indexOf(member, at + 1)) {
    let value = at + member.length;
    while (event.charCodeAt(value) === COLON || event.charCodeAt(value) <= SPACE) value++;
    const first = event.charCodeAt(value);
    if (first === one || first === other) return true;
  }
  return false;
}
