import type { Extensions } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

type Extended = { readonly extensions?: Extensions };

/** What only this dialect has a place for; null: it did not come in this dialect. */
export function ownOf(thing: Extended): JsonObject | null {
  return thing.extensions?.['openai-responses'] ?? null;
}

export function own(members: JsonObject): Extended {
  return { extensions: { 'openai-responses': members } };
}

/** The members that have no canonical name, for this dialect's own encoder; nothing if there are none. */
export function keepOthers(object: JsonObject, known: ReadonlySet<string>): Extended {
  const others = othersOf(object, known);
  return others === null ? {} : own(others);
}

/** null: there are none. */
export function othersOf(object: JsonObject, known: ReadonlySet<string>): JsonObject | null {
  let others: Record<string, unknown> | null = null;
  for (const name in object) {
    if (known.has(name) || object[name] === undefined) continue;
    others ??= {};
    others[name] = object[name];
  }
  return others;
}
