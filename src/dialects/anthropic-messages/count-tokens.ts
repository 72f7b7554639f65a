import type { JsonObject } from '../../std/index.ts';
import { decodeRequest } from './decode-request.ts';
import { readRequest } from './request.ts';

/** `/v1/messages/count_tokens`: a request without an output limit, of which only the size is asked. */
export const anthropicCountTokens = {
  readRequest,
  decodeRequest,
  encodeResponse: (inputTokens: number): JsonObject => ({ input_tokens: inputTokens, context_management: null }),
};
