import type { Extensions } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';

/** What only this dialect has a place for. */
export function ownExtensions(fields: JsonObject): { readonly extensions?: Extensions } {
  return Object.keys(fields).length === 0 ? {} : { extensions: { 'bedrock-converse': fields } };
}

export function ownOf(bearer: { readonly extensions?: Extensions }): JsonObject {
  return bearer.extensions?.['bedrock-converse'] ?? {};
}
