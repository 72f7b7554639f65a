import { isJsonObject } from '../../src/std/index.ts';

/** Values that a client can put anywhere by mistake or by malice. */
const MORSELS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '\ud800',
  '\u0000',
  '{"a":',
  'data:image/png;base64,',
  'https://',
  [],
  {},
  [null],
  [[]],
  [{}],
  { type: 'text' },
  { type: 'image_url', image_url: null },
  { type: 'tool_result', tool_use_id: 'none', content: [null] },
  { type: 'function', function: {} },
  { functionCall: null },
  { role: 'tool' },
  { role: 'assistant', tool_calls: [{}] },
  { constructor: 1, __proto__: 2, toString: 3 },
];

/** A request with one to three things in it changed: a value, a name, what is there twice, what is gone. */
export function mutated(request: unknown, random: () => number): unknown {
  const copy: unknown = structuredClone(request);
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) change(copy, random);
  return copy;
}

function change(root: unknown, random: () => number): void {
  const { holder, key } = somePlace(root, random);
  if (holder === null) return;
  const kind = random();
  if (kind < 0.5) holder[key] = structuredClone(pick(MORSELS, random));
  else if (kind < 0.65) delete holder[key];
  else if (kind < 0.8 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  else if (kind < 0.9) holder[key] = [holder[key]];
  else holder[String(pick(NAMES, random))] = structuredClone(holder[key]);
}

const NAMES = ['type', 'content', 'role', 'name', 'id', 'text', '__proto__x', 'constructor', 'parts', 'input'] as const;

type Place = { readonly holder: Record<string, unknown> | null; readonly key: string };

/** Walks down until it stops somewhere; deep places are as likely as shallow ones. */
function somePlace(root: unknown, random: () => number): Place {
  let place: Place = { holder: null, key: '' };
  let at = root;
  while ((isJsonObject(at) || Array.isArray(at)) && Object.keys(at).length > 0) {
    const holder = at as Record<string, unknown>;
    place = { holder, key: pick(Object.keys(holder), random) };
    at = holder[place.key];
    if (random() < 0.25) break;
  }
  return place;
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
