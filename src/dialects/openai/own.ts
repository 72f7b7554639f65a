import type { CacheMark, Extensions } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asText } from '../loosely.ts';

type Extended = { readonly extensions?: Extensions };

/** What only this dialect has a place for, as `keepOthers` put it by; null: it did not come in this dialect. */
export function ownOf(thing: Extended): JsonObject | null {
  return thing.extensions?.['openai-chat'] ?? null;
}

export function own(members: JsonObject): Extended {
  return { extensions: { 'openai-chat': members } };
}

/** The members that have no canonical name, for this dialect's own encoder; nothing if there are none. */
export function keepOthers(object: JsonObject, known: ReadonlySet<string>): Extended {
  const others = othersOf(object, known);
  return others === null ? {} : own(others);
}

/**
 * null: there are none. `__proto__` is a member like any other in JSON and the prototype where it is set: what it holds
 * must not count as what was asked.
 */
export function othersOf(object: JsonObject, known: ReadonlySet<string>): JsonObject | null {
  let others: Record<string, unknown> | null = null;
  for (const name of Object.keys(object)) {
    if (known.has(name) || name === '__proto__') continue;
    others ??= {};
    others[name] = object[name];
  }
  return others;
}

/**
 * OpenRouter's and LiteLLM's mark, in Anthropic's words, or OpenAI's explicit breakpoint. The member itself stays among
 * the others, in the client's spelling.
 */
export function cacheMarkOf(object: JsonObject): CacheMark | null {
  const control = object['cache_control'];
  if (isJsonObject(control)) {
    const ttl = asText(control['ttl']);
    return { ttl: ttl === '5m' || ttl === '1h' ? ttl : null };
  }
  return isJsonObject(object['prompt_cache_breakpoint']) ? { ttl: null } : null;
}
