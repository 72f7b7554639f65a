import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CohereClientV2 } from 'cohere-ai';
import { Ollama } from 'ollama';
import { MASTER_KEY } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { answer } from '../support/upstream.ts';

const VECTOR = [0.25, -0.5, 1];
const BODY = JSON.stringify({
  object: 'list',
  model: 'text-embedding-3-small',
  data: [{ object: 'embedding', index: 0, embedding: VECTOR }],
  usage: { prompt_tokens: 9, total_tokens: 9 },
});

test('embeddings of an OpenAI upstream for the clients of Ollama and Cohere', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => answer(request, { body: BODY }));
  const ollama = new Ollama({ host: gateway.url, headers: { authorization: `Bearer ${MASTER_KEY}` } });
  const cohere = new CohereClientV2({ environment: gateway.url, token: MASTER_KEY });

  const embedded = await ollama.embed({ model: 'gpt-4o', input: 'one', dimensions: 3 });
  assert.deepEqual([embedded.embeddings, embedded.prompt_eval_count], [[VECTOR], 9]);
  const { embedding } = await ollama.embeddings({ model: 'gpt-4o', prompt: 'one' });
  assert.deepEqual(embedding, VECTOR);
  const { embeddings } = await cohere.embed({ model: 'gpt-4o', texts: ['one'], inputType: 'search_query' });
  assert.deepEqual(embeddings.float, [VECTOR]);

  const sent = upstream.requests.map(({ path, body }) => [path, JSON.parse(body)]);
  const asked = { model: 'gpt-4o-2024-08-06', input: ['one'] };
  assert.deepEqual(sent, [
    ['/v1/embeddings', { ...asked, dimensions: 3 }],
    ['/v1/embeddings', asked],
    ['/v1/embeddings', asked],
  ]);
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map((row) => [row['call_type'], row.prompt_tokens]),
    Array.from({ length: 3 }, () => ['aembedding', 9]),
  );
});
