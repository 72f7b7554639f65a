import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer } from '../support/upstream.ts';

const VECTOR = [0.25, -0.5, 1];
const BASE64 = Buffer.from(Float32Array.from(VECTOR).buffer).toString('base64');

function embeddingAnswer(body: string): string {
  const { input, encoding_format: format } = JSON.parse(body);
  const inputs = Array.isArray(input) ? input : [input];
  const embedding = format === 'base64' ? BASE64 : VECTOR;
  return JSON.stringify({
    object: 'list',
    model: 'text-embedding-3-small',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: 9, total_tokens: 9 },
  });
}

test('embeddings: floats, base64, and what the client asks for when it is told nothing', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: embeddingAnswer(request.body) }),
  );
  const client = openAiClient(gateway);
  const asked = { model: 'gpt-4o', input: ['one', 'zwei'], dimensions: 3, user: 'u-2' };
  for (const [format, sent, came] of [
    ['float', 'float', VECTOR],
    ['base64', 'base64', BASE64],
    // The client asks for base64 by itself, and decodes it.
    [undefined, 'base64', VECTOR],
  ] as const) {
    const made = await client.embeddings.create({
      ...asked,
      ...(format === undefined ? {} : { encoding_format: format }),
    });
    assert.deepEqual(
      made.data.map(({ embedding }) => (typeof embedding === 'string' ? embedding : Array.from(embedding))),
      [came, came],
      String(format),
    );
    assert.deepEqual(made.usage, { prompt_tokens: 9, total_tokens: 9 });
    const last = upstream.requests.at(-1);
    assert.equal(last?.path, '/v1/embeddings');
    assert.deepEqual(JSON.parse(last?.body ?? ''), {
      ...asked,
      model: 'gpt-4o-2024-08-06',
      encoding_format: sent,
    });
  }
  const rows = await spendRows(gateway);
  assert.equal(rows.length, 3);
  for (const row of rows) {
    assert.equal(row['call_type'], 'aembedding');
    assert.deepEqual([row.prompt_tokens, row.completion_tokens, row.spend], [9, 0, (9 * 2) / 1e6]);
  }
});

test('embeddings of tokens go up as they are', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: embeddingAnswer(request.body) }),
  );
  const input = [
    [1, 2, 3],
    [4, 5],
  ];
  const made = await openAiClient(gateway).embeddings.create({ model: 'gpt-4o', input, encoding_format: 'float' });
  assert.equal(made.data.length, 2);
  assert.deepEqual(JSON.parse(upstream.requests[0]?.body ?? '').input, input);
});

test("the sandbox's embeddings: unit vectors, the same for the same text, in either encoding", async (context) => {
  const client = openAiClient(await startGateway(context));
  const embed = async (input: string, format: 'float' | 'base64' | null): Promise<number[]> => {
    const asked = { model: 'sandbox/embed', input, dimensions: 64 };
    const made = await client.embeddings.create(format === null ? asked : { ...asked, encoding_format: format });
    const embedding: unknown = made.data[0]?.embedding;
    if (typeof embedding !== 'string') return Array.from(embedding as number[]);
    const bytes = Uint8Array.from(Buffer.from(embedding, 'base64'));
    return Array.from(new Float32Array(bytes.buffer));
  };
  const vector = await embed('a text', 'float');
  assert.equal(vector.length, 64);
  assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
  assert.deepEqual(await embed('a text', 'base64'), vector);
  assert.deepEqual(await embed('a text', null), vector);
  assert.notDeepEqual(await embed('another', 'float'), vector);
});
