import type { JsonObject } from '../std/index.ts';

/** What a provider's API refuses of OpenAI's: each takes a request body and gives it as that provider takes it. */
const quirks = {
  /** Mistral answers 422 `extra_forbidden`; its streams carry usage anyway. */
  'drop-stream-options': (body: JsonObject): JsonObject => without(body, 'stream_options'),
  /** Mistral, DeepSeek and others know only the older name, and refuse or, worse, ignore the newer one. */
  'rename-max-completion-tokens': (body: JsonObject): JsonObject => {
    const limit = body['max_completion_tokens'];
    if (limit === undefined) return body;
    return { max_tokens: limit, ...without(body, 'max_completion_tokens') };
  },
} as const satisfies Record<string, (body: JsonObject) => JsonObject>;

export type QuirkName = keyof typeof quirks;

/** The body as the provider takes it; the very same object where nothing applies, so that its bytes can stay. */
export function applyQuirks(names: readonly QuirkName[], body: JsonObject): JsonObject {
  return names.reduce<JsonObject>((changed, name) => quirks[name](changed), body);
}

function without(body: JsonObject, field: string): JsonObject {
  if (!Object.hasOwn(body, field)) return body;
  const { [field]: _, ...rest } = body;
  return rest;
}
