import { z } from 'zod';
import { GatewayError } from '../../inference/index.ts';
import { isJsonObject } from '../../std/index.ts';
import type { UnsentRequest } from './unsent-exchange.ts';

const CHAT = '/v1/chat/completions';

/** As many decimals as a picodollar for a unit needs. */
const DECIMALS = 6;
const USD_FORM = 'expected USD for a million tokens such as 0.15 or "0.15", with six decimals at most';

const usdPerMillion = z
  .union([z.number(), z.string().regex(/^\d{1,7}(?:\.\d{1,6})?$/, { error: USD_FORM })], { error: USD_FORM })
  .refine((value) => Number(value) >= 0 && Number(value) <= 1_000_000, { error: 'expected USD, 0 to 1000000' })
  .transform((value) => (typeof value === 'string' ? value : value.toFixed(DECIMALS)));

const assumption = z
  .strictObject({
    down: z.array(z.string().min(1)).max(100).default([]).describe('Ids of deployments that are taken to be down.'),
    prices: z
      .record(z.string().min(1), z.strictObject({ input: usdPerMillion, output: usdPerMillion }))
      .default({})
      .describe('By the id of a deployment: USD for a million tokens, cached input at the price of input.'),
  })
  .refine(({ down, prices }) => down.length > 0 || Object.keys(prices).length > 0, {
    error: "name deployments in 'down' or 'prices'",
  });

export type Assumption = z.output<typeof assumption>;

/** A call in an envelope, or the body of a chat by itself. */
export const explainBody = z.looseObject({
  path: z.string().startsWith('/').optional(),
  body: z.looseObject({}).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  as_key: z.string().min(1).optional(),
  assume: assumption.optional().describe('What is taken to be otherwise; the answer has both plans.'),
});

export type ExplainBody = z.infer<typeof explainBody>;

/** Without a body in it, the envelope is the body itself. */
export function askedCall({ path = CHAT, headers = {}, body, ...rest }: ExplainBody): UnsentRequest {
  const { as_key: _, assume: __, ...bare } = rest;
  return { path, headers: inLowerCase(headers), body: body ?? bare };
}

function inLowerCase(headers: Readonly<Record<string, string>>): UnsentRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

export const transformBody = z.looseObject({
  call_type: z.string().default('completion'),
  request_body: z.looseObject({}),
});

export type TransformBody = z.infer<typeof transformBody>;

/** LiteLLM's names of what is called. */
const PATHS: Readonly<Record<string, string>> = {
  completion: CHAT,
  acompletion: CHAT,
  text_completion: '/v1/completions',
  atext_completion: '/v1/completions',
  embedding: '/v1/embeddings',
  aembedding: '/v1/embeddings',
  responses: '/v1/responses',
  aresponses: '/v1/responses',
  anthropic_messages: '/v1/messages',
};

export function transformedCall({ call_type: type, request_body: body }: TransformBody): UnsentRequest {
  const path = Object.hasOwn(PATHS, type) ? PATHS[type] : undefined;
  if (path === undefined) {
    throw new GatewayError('invalid_request', `'call_type' is one of ${Object.keys(PATHS).join(', ')}.`, {
      param: 'call_type',
    });
  }
  return { path, headers: {}, body };
}

/** The shortest chat with a model of that name. */
export function chatWith(model: string): UnsentRequest {
  return { path: CHAT, headers: {}, body: { model, messages: [{ role: 'user', content: 'hello' }] } };
}

export function jsonOf(bytes: Buffer): unknown {
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  return isJsonObject(value) ? value : {};
}
