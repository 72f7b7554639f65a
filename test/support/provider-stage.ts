import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Pool } from 'undici';
import { contentTypeOf, type Dialect } from '../../src/dialects/index.ts';
import type { DialectId } from '../../src/inference/index.ts';
import { providerRow } from '../../src/providers/index.ts';
import { dialects } from './dialects.ts';
import { startGateway } from './gateway.ts';
import { type ChatAnswer, type EmbeddingAnswer, streamBytes } from './provider-answers.ts';
import { type LogRow, PRICE } from './replay.ts';

/** An answer that one provider gives, under a name by which the gateway has its model. */
export type Sample<Answer = ChatAnswer | EmbeddingAnswer> = {
  readonly name: string;
  readonly provider: string;
  readonly answer: Answer;
};

export type Got = { readonly status: number; readonly bytes: Buffer };

export type ProviderStage = {
  /** What a client of that dialect gets of the sample. */
  readonly ask: (sample: Sample, client: DialectId, stream: boolean) => Promise<Got>;
  readonly rows: () => Promise<readonly LogRow[]>;
};

const AT_ONCE = 16;
/** The most rows that one page of the request log has. */
const MOST_ROWS = 10_000;

/** One gateway with an account at every provider, all of whose hosts are one server that has each answer by heart. */
export async function openProviderStage(test: TestContext, samples: readonly Sample[]): Promise<ProviderStage> {
  const port = await startProviders(test, new Map(samples.map((sample) => [sample.name, sample])));
  const config = {
    credentials: Object.fromEntries(samples.map((sample) => [sample.name, accountOf(sample, port)])),
    models: Object.fromEntries(
      samples.map(({ name, answer }) => [name, { deployments: [{ use: `${name}/${answer.model}`, price: PRICE }] }]),
    ),
    routing: { retries: 0 },
    log_level: 'error',
  };
  const gateway = await startGateway(test, { config: JSON.stringify(config) });
  const key = await gateway.createKey({ max_budget: 1_000_000 });
  const pool = new Pool(gateway.url, { connections: AT_ONCE });
  test.after(() => pool.destroy());
  return {
    ask: async ({ name }, client, stream) => {
      const { path, body } = askedIn[client]?.(name, stream) ?? { path: '', body: {} };
      const response = await pool.request({
        method: 'POST',
        path,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.statusCode, bytes: Buffer.from(await response.body.arrayBuffer()) };
    },
    rows: async () => {
      const { text } = await gateway.get(`/spend/logs?limit=${MOST_ROWS}`);
      return JSON.parse(text) as LogRow[];
    },
  };
}

function accountOf({ name, provider }: Sample, port: number): object {
  const parts = providerRow(provider)?.addressParts.filter(({ needed }) => needed === 'always') ?? [];
  return {
    provider,
    base_url: `http://127.0.0.1:${port}`,
    api_key: 'sk-of-the-provider',
    headers: { 'x-sample': name },
    ...Object.fromEntries(parts.map(({ option }) => [option, 'eu-west-1'])),
  };
}

async function startProviders(test: TestContext, samples: ReadonlyMap<string, Sample>): Promise<number> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const sample = samples.get(String(incoming.headers['x-sample']));
      if (sample === undefined) return response.writeHead(599).end();
      const asked = JSON.parse(Buffer.concat(pieces).toString()) as { readonly stream?: boolean };
      const isStream = asked.stream === true || /stream/i.test(incoming.url ?? '');
      const { type, body, headers } = spoken(sample.answer, isStream);
      response.writeHead(200, { ...headers, 'content-type': type });
      // In two halves, so that an event is cut.
      response.write(body.subarray(0, body.length >> 1));
      response.end(body.subarray(body.length >> 1));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function spoken(
  answer: ChatAnswer | EmbeddingAnswer,
  isStream: boolean,
): { readonly type: string; readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } {
  if (isStream && 'events' in answer) {
    const { framing }: Dialect = dialects[answer.dialect];
    return { type: contentTypeOf(framing), body: streamBytes(answer), headers: {} };
  }
  const headers = 'headers' in answer ? answer.headers : {};
  return { type: 'application/json', body: Buffer.from(JSON.stringify(answer.answer)), headers: headers ?? {} };
}

type Asked = { readonly path: string; readonly body: object };

const TURNS = [{ role: 'user', content: 'Hello' }];
const CONTENTS = [{ role: 'user', parts: [{ text: 'Hello' }] }];

/** How a client asks in each dialect. */
const askedIn: Readonly<Partial<Record<DialectId, (model: string, stream: boolean) => Asked>>> = {
  'openai-chat': (model, stream) => ({
    path: '/v1/chat/completions',
    body: { model, messages: TURNS, stream, ...(stream ? { stream_options: { include_usage: true } } : {}) },
  }),
  'openai-responses': (model, stream) => ({ path: '/v1/responses', body: { model, input: 'Hello', stream } }),
  'anthropic-messages': (model, stream) => ({
    path: '/v1/messages',
    body: { model, max_tokens: 64, messages: TURNS, stream },
  }),
  'gemini-generate': (model, stream) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: CONTENTS },
  }),
  'bedrock-converse': (model, stream) => ({
    path: `/model/${model}/converse${stream ? '-stream' : ''}`,
    body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  }),
  'cohere-chat': (model, stream) => ({ path: '/v2/chat', body: { model, messages: TURNS, stream } }),
  'ollama-chat': (model, stream) => ({ path: '/api/chat', body: { model, messages: TURNS, stream } }),
  'openai-embeddings': (model) => ({ path: '/v1/embeddings', body: { model, input: 'Hello' } }),
  'gemini-embed': (model) => ({
    path: `/v1beta/models/${model}:embedContent`,
    body: { content: { parts: [{ text: 'Hello' }] } },
  }),
  'gemini-batch-embed': (model) => ({
    path: `/v1beta/models/${model}:batchEmbedContents`,
    body: { requests: [{ content: { parts: [{ text: 'Hello' }] } }] },
  }),
  'vertex-embed': (model) => ({
    path: `/v1/publishers/google/models/${model}:predict`,
    body: { instances: [{ content: 'Hello' }] },
  }),
  'cohere-embed': (model) => ({
    path: '/v2/embed',
    body: { model, texts: ['Hello'], input_type: 'search_query', embedding_types: ['float'] },
  }),
  'ollama-embed': (model) => ({ path: '/api/embed', body: { model, input: 'Hello' } }),
};

/** Whether a client can be had for it: InvokeModel's door is known by the model's name. */
export function hasClient(dialect: DialectId): boolean {
  return dialect in askedIn;
}
