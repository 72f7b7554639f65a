import { type ChatRequest, GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { wrongType } from '../fields.ts';
import { asNumber } from '../loosely.ts';
import { othersOf } from '../openai/own.ts';
import { decodeSampling, SAMPLING_FIELDS } from '../openai/sampling.ts';

const KNOWN: ReadonlySet<string> = new Set([
  ...SAMPLING_FIELDS,
  'model',
  'prompt',
  'stream',
  'stream_options',
  'max_tokens',
  'logprobs',
  'echo',
  'suffix',
  'best_of',
  'user',
]);

/** A prompt is one turn of a user. */
export function decodeCompletionRequest(received: ReceivedRequest): ChatRequest {
  const { body, model, stream } = received;
  refuseUnsayable(body);
  const logprobs = asNumber(body['logprobs']);
  return {
    model,
    messages: [{ role: 'user', content: [{ type: 'text', text: promptOf(body) }], name: null }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    output: { type: 'text' },
    reasoning: null,
    sampling: {
      ...decodeSampling(body),
      logprobs: logprobs === null ? null : true,
      topLogprobs: logprobs,
    },
    maxOutputTokens: received.maxOutput,
    verbosity: null,
    modalities: null,
    stream,
    endUser: received.endUser,
    cacheKey: null,
    serviceTier: null,
    metadata: null,
    // There in any case: it says that the request came in this dialect.
    extensions: { 'openai-completions': othersOf(body, KNOWN) ?? {} },
  };
}

/** What this model's API would leave undone without a word: other APIs have nothing like it. */
function refuseUnsayable({ suffix, best_of: best, n }: JsonObject): void {
  if (typeof suffix === 'string' && suffix !== '') throw unsayable('suffix', 'text is only ever written at the end');
  if ((asNumber(best) ?? 1) > (asNumber(n) ?? 1)) throw unsayable('best_of', 'answers are not chosen from');
}

function unsayable(param: string, why: string): GatewayError {
  const message = `Unsupported parameter: '${param}' cannot be done for this model: ${why}.`;
  return new GatewayError('unsupported_parameter', message, { param });
}

/** The one prompt: several are answered by APIs for text completions only, and so are those in tokens. */
export function promptOf({ prompt }: JsonObject): string {
  const only: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof only === 'string') return only;
  if (!Array.isArray(only)) throw wrongType('prompt', 'a string', only);
  const found = only.every((each) => typeof each === 'number') ? 'tokens' : 'several prompts';
  const message = `Invalid 'prompt': this model takes one prompt as a string, but got ${found}.`;
  throw new GatewayError('invalid_request', message, { param: 'prompt' });
}
