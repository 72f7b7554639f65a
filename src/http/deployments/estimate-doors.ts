import type { Deployment, Price } from '../../catalog/index.ts';
import { loadDialect } from '../../dialects/index.ts';
import { type Caller, GatewayError, noUsage, type Usage } from '../../inference/index.ts';
import { costOf } from '../../metering/index.ts';
import { countTokens, findModel, type Rooms } from '../../pipeline/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { type Route, route } from '../route.ts';
import { calculateBody, estimateBody } from './contract-deployment.ts';
import { pricesOf } from './encode-deployment.ts';

type EstimateRooms = Pick<Rooms, 'policies' | 'transportOf' | 'tokenCounter'>;

/** What calls would cost, by the prices of now. Nothing is sent, held or charged. */
export function estimateRoutes(rooms: EstimateRooms): readonly Route[] {
  return [estimate(rooms), calculate(rooms)];
}

function estimate(rooms: EstimateRooms): Route {
  return route({
    method: 'POST',
    path: '/cost/estimate',
    summary: 'What so many calls of so many tokens would cost.',
    action: 'call.explain',
    body: estimateBody,
    answer: ({ key, body }) => {
      const { model, input_tokens: inputTokens, output_tokens: outputTokens } = body;
      const { deployment, price } = pricedOf(model, key.caller, rooms);
      const input = usdOf(price, { inputTokens, outputTokens: 0 });
      const whole = usdOf(price, { inputTokens, outputTokens });
      const parts = { cost: whole, input_cost: input, output_cost: whole - input, margin_cost: 0 };
      return {
        body: {
          ...body,
          provider: deployment.provider,
          ...named(parts, (name) => `${name}_per_request`, 1),
          ...named(parts, (name) => `daily_${name}`, body.num_requests_per_day ?? null),
          ...named(parts, (name) => `monthly_${name}`, body.num_requests_per_month ?? null),
          ...pricesOf(price),
        },
      };
    },
  });
}

/** null: it was not asked how many. */
function named(parts: Readonly<Record<string, number>>, name: (part: string) => string, times: number | null) {
  return Object.fromEntries(
    Object.entries(parts).map(([part, usd]) => [name(part), times === null ? null : exact(usd * times)]),
  );
}

/** Sums of nanodollars are exact; of floats they are not. */
function exact(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}

function calculate(rooms: EstimateRooms): Route {
  return route({
    method: 'POST',
    path: '/spend/calculate',
    summary: 'What these messages would cost as a prompt, or what this answer has cost.',
    action: 'call.explain',
    body: calculateBody,
    answer: async ({ key, body }) => {
      const { messages, completion_response: response } = body;
      const model = body.model ?? response?.model ?? null;
      if (model === null) throw new GatewayError('invalid_request', "'model' is missing.", { param: 'model' });
      const { price } = pricedOf(model, key.caller, rooms);
      const usage =
        messages == null ? usageIn(response?.usage ?? null) : await promptOf(model, messages, key.caller, rooms);
      return { body: { cost: usdOf(price, usage) } };
    },
  });
}

/** The first of its deployments that has a price. Throws a GatewayError (400, 403, 404). */
function pricedOf(
  model: string,
  caller: Caller,
  rooms: EstimateRooms,
): { readonly deployment: Deployment; readonly price: Price } {
  const { deployments } = findModel(model, caller, rooms);
  const inOrder = deployments.toSorted((one, other) => one.priority - other.priority);
  for (const deployment of inOrder) if (deployment.price !== null) return { deployment, price: deployment.price };
  throw new GatewayError('invalid_request', `No price is known of '${model}'.`, { param: 'model' });
}

function usdOf(price: Price, usage: Partial<Usage>): number {
  return Number(costOf(price, { ...noUsage, ...usage })) / 1e9;
}

async function promptOf(
  model: string,
  messages: readonly object[],
  caller: Caller,
  rooms: EstimateRooms,
): Promise<Partial<Usage>> {
  const dialect = await loadDialect('openai-chat');
  const { readRequest, chat } = dialect;
  if (chat === null) throw new TypeError('OpenAI’s chat is no chat');
  const bytes = Buffer.from(JSON.stringify({ model, messages }));
  const request = chat.decodeRequest(readRequest(bytes, { model, stream: false, framing: 'sse' }));
  const asked = { caller, asksProvider: false, dialect, forwarded: [], foreignCredential: null };
  return { inputTokens: (await countTokens(request, asked, rooms)).tokens };
}

function usageIn(usage: JsonObject | null): Partial<Usage> {
  if (usage === null)
    throw new GatewayError('invalid_request', 'The answer holds no usage: give its usage, or the messages.', {
      param: 'completion_response.usage',
    });
  const details = (name: string, member: string): number => countIn(objectIn(usage[name])[member]);
  return {
    inputTokens: countIn(usage['prompt_tokens'] ?? usage['input_tokens']),
    outputTokens: countIn(usage['completion_tokens'] ?? usage['output_tokens']),
    cacheReadTokens: details('prompt_tokens_details', 'cached_tokens'),
    inputAudioTokens: details('prompt_tokens_details', 'audio_tokens'),
    reasoningTokens: details('completion_tokens_details', 'reasoning_tokens'),
    outputAudioTokens: details('completion_tokens_details', 'audio_tokens'),
  };
}

function countIn(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const message = 'completion_response.usage: expected whole numbers, 0 or greater.';
  throw new GatewayError('invalid_request', message, { param: 'completion_response.usage' });
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
