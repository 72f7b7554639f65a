import type { JsonObject } from '../../std/index.ts';

/** Answer of POST /responses/input_tokens, whose body is that of a response. */
export function encodeInputTokens(count: number): JsonObject {
  return { object: 'response.input_tokens', input_tokens: count };
}
