import type { Extensions, Seal } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { readSeal, SEAL_PREFIX, writeSeal } from '../seal.ts';

type Extended = { readonly extensions?: Extensions };

/** What only this dialect has a place for, as it was put by; null: nothing, or the thing came in another dialect. */
export function ownOf(thing: Extended): JsonObject | null {
  return thing.extensions?.['gemini-generate'] ?? null;
}

export function own(members: JsonObject | null): Extended {
  return members === null ? {} : { extensions: { 'gemini-generate': members } };
}

/** The object without these members and without nulls; null: nothing is left. */
export function others(object: JsonObject, known: ReadonlySet<string>): JsonObject | null {
  let rest: Record<string, unknown> | null = null;
  for (const name in object) {
    const value = object[name];
    if (known.has(name) || value === null || value === undefined) continue;
    rest ??= {};
    rest[name] = value;
  }
  return rest;
}

const NATIVE = 'google-gemini-v1';
const WRAPPED = Buffer.from(SEAL_PREFIX).toString('base64');

/**
 * Google's Python and Go clients decode a signature as base64: a foreign seal, which is wrapped with a prefix, is put
 * into base64 once more. The prefix has 15 bytes, so it is known again by its own 20 letters.
 */
export function signatureOf(seal: Seal): string {
  const text = writeSeal(seal, NATIVE);
  return seal.format === NATIVE && seal.id === null ? text : Buffer.from(text).toString('base64');
}

/** null: the part is not signed. */
export function sealOf(signature: unknown, isWhole: boolean): Seal | null {
  if (typeof signature !== 'string' || signature === '') return null;
  const text = signature.startsWith(WRAPPED) ? Buffer.from(signature, 'base64').toString() : signature;
  return readSeal(text, NATIVE, isWhole);
}
