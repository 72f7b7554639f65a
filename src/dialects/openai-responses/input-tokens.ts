import type { JsonObject } from '../../std/index.ts';
import type { TokenCounting } from '../dialect.ts';
import { asCount } from '../loosely.ts';
import { decodeResponsesRequest } from './decode-request.ts';
import { encodeResponsesRequest } from './encode-request.ts';
import { readResponsesRequest } from './request.ts';

/** What the published schema of a count has. */
const COUNTED = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
] as const;

/** `/v1/responses/input_tokens`. */
export const responsesInputTokens: TokenCounting = {
  readRequest: readResponsesRequest,
  decodeRequest: decodeResponsesRequest,
  encodeResponse: encodeInputTokens,
  encodeRequest: (request, target) => {
    const { body, headers } = encodeResponsesRequest(request, target);
    const known = COUNTED.filter((name) => body[name] !== undefined);
    return { body: Object.fromEntries(known.map((name) => [name, body[name]])), headers };
  },
  decodeResponse: (body) => asCount(body['input_tokens']),
};

function encodeInputTokens(count: number): JsonObject {
  return { object: 'response.input_tokens', input_tokens: count };
}
