import { GatewayError } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

/** A value that a routing field cannot have: the path of the field, and what it may be. */
export function malformed(path: string, expected: string, value: unknown): GatewayError {
  return new GatewayError(
    'invalid_request',
    `Invalid value for '${path}': expected ${expected}, but got ${shown(value)}.`,
    { param: path },
  );
}

/** Values that are right one by one and cannot be met together. */
export function contradiction(path: string, message: string): GatewayError {
  return new GatewayError('invalid_request', `'${path}' ${message}`, { param: path });
}

/** `'a', 'b' or 'c'`. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} or ${last}`;
}

const MOST_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (isJsonObject(value)) return 'an object';
  return (JSON.stringify(value) ?? 'nothing').slice(0, MOST_SHOWN);
}

/** `null` counts as absent, as the official APIs have it. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Members that are not in the list are refused: a mistyped `zrd` would let through what was to be kept out. */
export function objectOf(value: unknown, path: string, members: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw malformed(path, `an object with ${oneOf(members)}`, value);
  const stranger = Object.keys(value).find((name) => !members.includes(name));
  if (stranger !== undefined)
    throw contradiction(`${path}.${stranger}`, `is unknown; '${path}' has ${oneOf(members)}.`);
  return value;
}
