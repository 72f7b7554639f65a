import { z } from 'zod';
import {
  type CountedDialect,
  type Dialect,
  loadDialect,
  type TokenCounting,
  tokenCountings,
} from '../../dialects/index.ts';
import { type ChatRequest, GatewayError } from '../../inference/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { type Route, route } from '../route.ts';
import { answered, type CountCall, count, query } from './count-routes.ts';

const list = z.array(z.unknown()).nullish();
/** Whatever else its dialect knows (`tools`, `system`) is counted along. */
const asked = z.looseObject({
  model: z.string().min(1),
  messages: list,
  prompt: z.union([z.string(), z.array(z.string())]).nullish(),
  contents: list,
});
type Asked = z.infer<typeof asked>;

/** LiteLLM's counter: messages of OpenAI or (with `system`) Anthropic, texts, or contents of Gemini. */
export function tokenCounterRoutes(rooms: Rooms): readonly Route[] {
  return [
    route<Asked, CountCall['query']>({
      method: 'POST',
      path: '/utils/token_counter',
      summary: 'The number of tokens in messages, texts or contents.',
      body: asked,
      query,
      action: 'token.count',
      answer: async (call) => {
        const { model } = call.body;
        const { dialect, request } = await read(call.body);
        const asksProvider = call.query['call_endpoint'] === 'true';
        const counted = await count(request, dialect, asksProvider, call, rooms);
        const body = {
          total_tokens: counted.tokens,
          request_model: model,
          model_used: counted.deployment?.upstreamModel ?? model,
          tokenizer_type: counted.by === 'provider' ? `${counted.deployment?.provider}_api` : 'openai_tokenizer',
        };
        return answered(body, counted);
      },
    }),
  ];
}

type Reading = {
  readonly dialect: Dialect;
  readonly readRequest: TokenCounting['readRequest'];
  readonly decodeRequest: TokenCounting['decodeRequest'];
};

async function read(body: Asked): Promise<{ readonly dialect: Dialect; readonly request: ChatRequest }> {
  const { dialect, readRequest, decodeRequest } = await readingFor(body);
  const bytes = Buffer.from(JSON.stringify(inDialect(body)));
  const address = { model: body.model, stream: false, framing: dialect.framing };
  return { dialect, request: decodeRequest(readRequest(bytes, address)) };
}

async function readingFor({ messages, prompt, contents, system }: Asked): Promise<Reading> {
  const hasMessages = isGiven(messages);
  if (hasMessages && system !== undefined) return counted('anthropic-messages');
  if (!hasMessages && isGiven(contents)) return counted('gemini-generate');
  const dialect = await loadDialect('openai-chat');
  const { readRequest, chat } = dialect;
  if (chat !== null && (hasMessages || isGiven(prompt))) {
    return { dialect, readRequest, decodeRequest: chat.decodeRequest };
  }
  throw new GatewayError('invalid_request', 'Give one of messages, prompt and contents.');
}

async function counted(id: CountedDialect): Promise<Reading> {
  const [dialect, counting] = await Promise.all([loadDialect(id), tokenCountings[id]()]);
  return { dialect, ...counting };
}

function inDialect({ messages, prompt, contents, ...rest }: Asked): JsonObject {
  if (isGiven(messages)) return { ...rest, messages };
  if (isGiven(contents)) return { ...rest, contents };
  const texts = typeof prompt === 'string' ? [prompt] : (prompt ?? []);
  return { ...rest, messages: texts.map((content) => ({ role: 'user', content })) };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
