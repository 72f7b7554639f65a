import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../std/index.ts';
import type { Dialect } from '../dialect.ts';
import { geminiBatchEmbed, geminiEmbed } from '../gemini-embed/index.ts';
import { openAiEmbeddings } from '../openai-embeddings/index.ts';
import { vertexEmbed } from './index.ts';

const MODEL = 'text-embedding-005';

function received(from: Dialect, body: object) {
  const bytes = Buffer.from(JSON.stringify(body));
  return from.readRequest(bytes, { model: MODEL, stream: false, framing: 'sse' });
}

/** A request in one dialect as another one has it. */
function translated(from: Dialect, body: object, to: Dialect, model = MODEL): JsonObject {
  assert.ok(from.embedding !== null && to.embedding !== null);
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  const target = { model, maxOutputTokens: null, outputLimit: 'both', facts } as const;
  return to.embedding.encodeRequest(from.embedding.decodeRequest(received(from, body)), target).body;
}

test('a request of its own comes out as it went in', () => {
  const body = {
    instances: [
      { content: 'one', task_type: 'RETRIEVAL_DOCUMENT', title: 'First' },
      { content: 'two', task_type: 'QUESTION_ANSWERING' },
    ],
    parameters: { outputDimensionality: 256, autoTruncate: false },
  };
  assert.deepEqual(translated(vertexEmbed, body, vertexEmbed), body);
  assert.deepEqual(translated(vertexEmbed, { instances: [{ content: 'x' }] }, vertexEmbed), {
    instances: [{ content: 'x' }],
  });
});

test("what Google's other API says of each text goes along, both ways", () => {
  const content = { parts: [{ text: 'one' }] };
  const config = { taskType: 'FACT_VERIFICATION', title: 'T', outputDimensionality: 64, autoTruncate: true };
  const predict = {
    instances: [{ content: 'one', task_type: 'FACT_VERIFICATION', title: 'T' }],
    parameters: { outputDimensionality: 64, autoTruncate: true },
  };
  assert.deepEqual(translated(geminiEmbed, { content, ...config }, vertexEmbed), predict);
  assert.deepEqual(translated(geminiEmbed, { content, embedContentConfig: config }, vertexEmbed), predict);
  assert.deepEqual(
    translated(vertexEmbed, { ...predict, parameters: { outputDimensionality: 64 } }, geminiBatchEmbed),
    {
      requests: [
        { model: `models/${MODEL}`, content, outputDimensionality: 64, taskType: 'FACT_VERIFICATION', title: 'T' },
      ],
    },
  );
});

test("OpenAI's clients: dimensions, and what the texts are for", () => {
  const asked = { model: 'm', input: ['one', 'two'], dimensions: 8, input_type: 'query' };
  assert.deepEqual(translated(openAiEmbeddings, asked, vertexEmbed), {
    instances: ['one', 'two'].map((content) => ({ content, task_type: 'RETRIEVAL_QUERY' })),
    parameters: { outputDimensionality: 8 },
  });
});

test('the model that takes one text is not sent two', () => {
  const two = { model: 'm', input: ['one', 'two'] };
  assert.throws(() => translated(openAiEmbeddings, two, vertexEmbed, 'gemini-embedding-001'), {
    code: 'invalid_request',
    message: "'gemini-embedding-001' takes one text at a time: send each of the 2 in a request of its own.",
    details: { param: 'input' },
  });
  const one = translated(openAiEmbeddings, { ...two, input: 'one' }, vertexEmbed, 'gemini-embedding-001');
  assert.deepEqual(one, { instances: [{ content: 'one' }] });
});

test('faults are named by their path', () => {
  const faults: readonly (readonly [body: object, param: string])[] = [
    [{}, 'instances'],
    [{ instances: 'one' }, 'instances'],
    [{ instances: [] }, 'instances'],
    [{ instances: [{ content: 'x' }, { prompt: 'a cat' }] }, 'instances[1].content'],
    [{ instances: [{ content: 'x' }], parameters: 7 }, 'parameters'],
  ];
  for (const [body, param] of faults)
    assert.throws(() => received(vertexEmbed, body), { code: 'invalid_request', details: { param } }, param);
});

test('each text is counted, and all together are the usage', () => {
  const { decodeResponse, encodeResponse, decodeRequest } = vertexEmbed.embedding ?? assert.fail();
  const counted = (values: readonly number[], token_count: number): object => ({
    embeddings: { values, statistics: { truncated: false, token_count } },
  });
  const metadata = { billableCharacterCount: 6 };
  const read = decodeResponse({ predictions: [counted([1], 2), counted([0.5], 3)], metadata });
  assert.deepEqual([read?.vectors, read?.usage?.inputTokens], [[[1], [0.5]], 5]);
  assert.equal(decodeResponse({ error: {} }), null);
  assert.equal(decodeResponse({ predictions: [{ embeddings: { values: [1] } }] })?.usage, null);

  const request = decodeRequest(received(vertexEmbed, { instances: [{ content: 'ab' }, { content: 'a b c d' }] }));
  const written = encodeResponse(read ?? assert.fail(), request);
  assert.deepEqual(written, { predictions: [counted([1], 1), counted([0.5], 4)], metadata });
});
