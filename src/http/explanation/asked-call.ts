import { z } from 'zod';
import { GatewayError } from '../../inference/index.ts';
import { isJsonObject } from '../../std/index.ts';
import { assumption } from './assumption.ts';
import type { UnsentRequest } from './unsent-exchange.ts';

const CHAT = '/v1/chat/completions';

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
