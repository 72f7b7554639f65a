import { isJsonObject, type JsonObject } from '../std/index.ts';

/** What upstreams send is read for what it holds: of another type is as good as absent. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function asBoolean(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

export function asObject(value: unknown): JsonObject | null {
  return isJsonObject(value) ? value : null;
}

export function asObjects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A count of tokens: what is negative or no whole number is a provider's mistake. */
export function asCount(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.ceil(value) : null;
}

/** The object without these members; null: nothing is left. */
export function otherMembers(body: JsonObject, known: ReadonlySet<string>): JsonObject | null {
  const rest = Object.entries(body).filter(([name]) => !known.has(name));
  return rest.length === 0 ? null : Object.fromEntries(rest);
}
