/** What one of two answers has and the other has not, one line each: theirs is the measure, what ours has beyond is not asked. */
export function differences(theirs: Seen, ours: Seen): string[] {
  const found = theirs.status === ours.status ? [] : [`status ${ours.status} instead of ${theirs.status}`];
  // Of two refusals the status and the shape count; of an answer and a refusal nothing else can.
  if (isGood(theirs) !== isGood(ours)) return found;
  return [...found, ...shapes('', parsed(theirs.text), parsed(ours.text))];
}

export type Seen = { readonly status: number; readonly text: string };

function isGood({ status }: Seen): boolean {
  return status < 400;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Fields and kinds of values, not the values: ids, moments and hashes are each one's own. */
function shapes(at: string, theirs: unknown, ours: unknown): string[] {
  if (theirs === null || theirs === undefined) return [];
  if (kindOf(theirs) !== kindOf(ours)) return [`${at || 'the answer'} is ${kindOf(ours)} instead of ${kindOf(theirs)}`];
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length > 0 && ours.length === 0) return [`${at || 'the answer'} is empty`];
    return shapes(`${at}[]`, theirs[0], ours[0]);
  }
  if (!isObject(theirs) || !isObject(ours)) return [];
  return Object.entries(theirs).flatMap(([name, value]) => {
    const path = at === '' ? name : `${at}.${name}`;
    // A client reads a field that is null as one that is missing.
    if (value === null) return [];
    return name in ours ? shapes(path, value, ours[name]) : [`${path} is missing`];
  });
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
