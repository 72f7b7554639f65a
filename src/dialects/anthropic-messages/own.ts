import type { CacheMark, DialectId, Extensions } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

export const OWN = 'anthropic-messages' satisfies DialectId;

const NOTHING: JsonObject = {};
const CACHE_FIELDS: ReadonlySet<string> = new Set(['type', 'ttl']);

/** What this dialect's decoder kept for its own encoder. */
export function ownOf(extensions: Extensions | undefined): JsonObject {
  return extensions?.[OWN] ?? NOTHING;
}

/** The members of an object that nothing canonical stands for; null: none. */
export function restOf(object: JsonObject, known: ReadonlySet<string>): JsonObject | null {
  let rest: Record<string, unknown> | null = null;
  for (const name in object) {
    if (known.has(name)) continue;
    rest ??= {};
    rest[name] = object[name];
  }
  return rest;
}

/** A block's cache mark and the members that are only this dialect's; `known` must name `cache_control`. */
export function commonOf(
  block: JsonObject,
  known: ReadonlySet<string>,
): { readonly cache?: CacheMark; readonly extensions?: Extensions } {
  const control = block['cache_control'];
  const rest = restOf(block, known);
  if (!isJsonObject(control)) return rest === null ? NOTHING : { extensions: { [OWN]: rest } };
  const { ttl } = control;
  const cache: CacheMark = { ttl: ttl === '5m' || ttl === '1h' ? ttl : null };
  // Claude Code's mark may bear a `scope`: such a mark goes back as it came.
  const own = restOf(control, CACHE_FIELDS) === null ? rest : { ...rest, cache_control: control };
  return own === null ? { cache } : { cache, extensions: { [OWN]: own } };
}

/** The other way, to be spread behind a block's own members. */
export function writeCommon(part: { readonly cache?: CacheMark; readonly extensions?: Extensions }): JsonObject {
  const { cache, extensions } = part;
  if (cache === undefined) return ownOf(extensions);
  const control = cache.ttl === null ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: cache.ttl };
  return { cache_control: control, ...ownOf(extensions) };
}

export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
