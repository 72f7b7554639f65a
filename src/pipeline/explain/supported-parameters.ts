import type { VirtualKey } from '../../access/index.ts';
import type { Deployment } from '../../catalog/index.ts';
import type { Endpoint } from '../../providers/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { encodeFor } from '../attempts/encode.ts';
import type { Exchange } from '../exchange.ts';
import { type ExplainingRooms, readCall } from './explain-call.ts';
import { firstCandidate } from './transform-call.ts';

const TOOL = { type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } };

/** OpenAI's parameters of a chat, each with what else it needs to be one. */
const SAMPLES: Readonly<Record<string, JsonObject>> = {
  frequency_penalty: { frequency_penalty: 0.5 },
  logit_bias: { logit_bias: { '50256': -100 } },
  logprobs: { logprobs: true },
  top_logprobs: { logprobs: true, top_logprobs: 2 },
  max_tokens: { max_tokens: 64 },
  max_completion_tokens: { max_completion_tokens: 64 },
  modalities: { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } },
  prediction: { prediction: { type: 'content', content: 'hello' } },
  n: { n: 2 },
  presence_penalty: { presence_penalty: 0.5 },
  seed: { seed: 1 },
  stop: { stop: ['end'] },
  stream: { stream: true },
  stream_options: { stream: true, stream_options: { include_usage: true } },
  temperature: { temperature: 0.5 },
  top_p: { top_p: 0.5 },
  tools: { tools: [TOOL] },
  tool_choice: { tools: [TOOL], tool_choice: 'required' },
  parallel_tool_calls: { tools: [TOOL], parallel_tool_calls: false },
  response_format: { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } } },
  reasoning_effort: { reasoning_effort: 'low' },
  verbosity: { verbosity: 'low' },
  web_search_options: { web_search_options: {} },
  user: { user: 'somebody' },
};

/** Under which names the catalog may say that a model heeds it; what stands here under none, no catalog speaks of. */
const CATALOG_NAMES: Readonly<Record<string, readonly string[]>> = {
  frequency_penalty: ['frequency_penalty'],
  logit_bias: ['logit_bias'],
  logprobs: ['logprobs'],
  top_logprobs: ['top_logprobs'],
  presence_penalty: ['presence_penalty'],
  seed: ['seed'],
  stop: ['stop'],
  temperature: ['temperature'],
  top_p: ['top_p'],
  tools: ['tools'],
  tool_choice: ['tool_choice'],
  response_format: ['response_format', 'structured_outputs'],
  reasoning_effort: ['reasoning_effort', 'reasoning'],
  verbosity: ['verbosity'],
};

/**
 * What OpenAI's chat requests may set for the model named in the exchange's request: all that its first candidate is
 * known to heed, and that can be said in its upstream's dialect without a warning.
 */
export async function supportedParameters(
  exchange: Exchange,
  key: VirtualKey,
  rooms: ExplainingRooms,
): Promise<readonly string[]> {
  const model = await readCall(exchange, key, rooms);
  const { deployment, endpoint } = firstCandidate(exchange, model, rooms);
  return Object.entries(SAMPLES)
    .filter(([name, sample]) => heeds(deployment, name) && isSaid(sample, exchange, endpoint, deployment))
    .map(([name]) => name);
}

function heeds({ features: { parameters } }: Deployment, name: string): boolean {
  const names = CATALOG_NAMES[name];
  return parameters === null || names === undefined || names.some((each) => parameters.includes(each));
}

function isSaid(sample: JsonObject, exchange: Exchange, endpoint: Endpoint, deployment: Deployment): boolean {
  const body = { ...exchange.request?.body, ...sample };
  const request = exchange.dialect.readRequest(Buffer.from(JSON.stringify(body)), exchange.address);
  return encodeFor({ ...exchange, request, canonical: null }, endpoint, deployment)?.warnings.length === 0;
}
