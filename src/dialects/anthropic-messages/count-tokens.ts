import type { ChatRequest } from '../../inference/index.ts';
import type { EncodedRequest, TokenCounting, UpstreamTarget } from '../dialect.ts';
import { asCount } from '../loosely.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';
import { readRequest } from './request.ts';

/** What the published schema of a count has; Anthropic refuses every other field (`Extra inputs are not permitted`). */
const COUNTED = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'cache_control',
  'output_config',
] as const;

/** `/v1/messages/count_tokens`: a request without an output limit, of which only the size is asked. */
export const anthropicCountTokens: TokenCounting = {
  readRequest,
  decodeRequest,
  encodeResponse: (inputTokens) => ({ input_tokens: inputTokens, context_management: null }),
  encodeRequest: encodeCount,
  decodeResponse: (body) => asCount(body['input_tokens']),
};

function encodeCount(request: ChatRequest, target: UpstreamTarget): Pick<EncodedRequest, 'body' | 'headers'> {
  const { body, headers } = encodeRequest(request, target);
  const known = COUNTED.filter((name) => body[name] !== undefined);
  return { body: Object.fromEntries(known.map((name) => [name, body[name]])), headers };
}
