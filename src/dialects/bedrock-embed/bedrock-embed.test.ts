import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../std/index.ts';
import { cohereEmbed } from '../cohere-embed/index.ts';
import type { Dialect } from '../dialect.ts';
import { openAiEmbeddings } from '../openai-embeddings/index.ts';
import { bedrockCohereEmbed, bedrockTitanEmbed } from './index.ts';

const TITAN = 'amazon.titan-embed-text-v2:0';

function received(from: Dialect, body: object) {
  const bytes = Buffer.from(JSON.stringify(body));
  return from.readRequest(bytes, { model: TITAN, stream: false, framing: 'sse' });
}

function translated(from: Dialect, body: object, to: Dialect): { body: JsonObject; fields: readonly string[] } {
  assert.ok(from.embedding !== null && to.embedding !== null);
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  const target = { model: TITAN, maxOutputTokens: null, outputLimit: 'both', facts } as const;
  const encoded = to.embedding.encodeRequest(from.embedding.decodeRequest(received(from, body)), target);
  return { body: encoded.body, fields: encoded.warnings.map(({ field }) => field) };
}

function answered(to: Dialect, body: object, answer: JsonObject): JsonObject {
  const { decodeRequest, decodeResponse, encodeResponse } = to.embedding ?? assert.fail();
  return encodeResponse(decodeResponse(answer) ?? assert.fail(), decodeRequest(received(to, body)));
}

test('Titan takes one text, and says how many tokens it had', () => {
  const asked = { model: 'm', input: 'one', dimensions: 256, input_type: 'query' };
  assert.deepEqual(translated(openAiEmbeddings, asked, bedrockTitanEmbed), {
    body: { inputText: 'one', dimensions: 256 },
    fields: ['purpose'],
  });
  const two = { ...asked, input: ['one', 'two'] };
  assert.throws(() => translated(openAiEmbeddings, two, bedrockTitanEmbed), {
    code: 'invalid_request',
    details: { param: 'input' },
  });
  const own = { inputText: 'one', dimensions: 512, normalize: false, embeddingTypes: ['binary'] };
  assert.deepEqual(translated(bedrockTitanEmbed, own, bedrockTitanEmbed), { body: own, fields: [] });
});

test("Titan's answers: the first version, the second, and binary numbers alone", () => {
  const { decodeResponse } = bedrockTitanEmbed.embedding ?? assert.fail();
  const answers: readonly (readonly [JsonObject, unknown])[] = [
    [{ embedding: [0.5], inputTextTokenCount: 4 }, [[[0.5]], 4]],
    [{ embedding: [0.5], embeddingsByType: { float: [0.5] }, inputTextTokenCount: 4 }, [[[0.5]], 4]],
    [{ embeddingsByType: { binary: [1, 0] }, inputTextTokenCount: 4 }, [[[1, 0]], 4]],
    [{ embedding: [0.5] }, [[[0.5]], undefined]],
  ];
  for (const [answer, expected] of answers) {
    const read = decodeResponse(answer);
    assert.deepEqual([read?.vectors, read?.usage?.inputTokens], expected);
  }
  assert.equal(decodeResponse({ message: 'Malformed input request' }), null);
  const second = answers[1]?.[0] ?? assert.fail();
  assert.deepEqual(answered(bedrockTitanEmbed, { inputText: 'one' }, second), second);
});

test("Cohere's body without a model, and without base64", () => {
  const asked = { texts: ['a'], input_type: 'search_query', truncate: 'END', output_dimension: 256 };
  const wanted = (types?: readonly string[]): JsonObject => {
    const body = { model: 'm', ...asked, ...(types === undefined ? {} : { embedding_types: types }) };
    return translated(cohereEmbed, body, bedrockCohereEmbed).body;
  };
  assert.deepEqual(wanted(), { ...asked, embedding_types: ['float'] });
  assert.deepEqual(wanted(['base64']), { ...asked, embedding_types: ['float'] });
  assert.deepEqual(wanted(['int8', 'base64']), { ...asked, embedding_types: ['int8'] });
  const { body } = translated(openAiEmbeddings, { model: 'm', input: ['a', 'b'] }, bedrockCohereEmbed);
  assert.deepEqual(body, { texts: ['a', 'b'], input_type: 'search_document', embedding_types: ['float'] });
});

test("Cohere's answers in both shapes, each for who asked for it", () => {
  const asked = { texts: ['a'], input_type: 'search_query' };
  const plain = { id: 'e1', embeddings: [[0.5]], texts: ['a'], response_type: 'embeddings_floats' };
  const byType = { ...plain, embeddings: { float: [[0.5]] }, response_type: 'embeddings_by_type' };
  for (const answer of [plain, byType]) {
    assert.deepEqual(answered(bedrockCohereEmbed, asked, answer), plain);
    assert.deepEqual(answered(bedrockCohereEmbed, { ...asked, embedding_types: ['float'] }, answer), byType);
  }
});

test('tokens that only a header counts', () => {
  const usage = (value: string | null) =>
    bedrockCohereEmbed.embedding?.usageInHeaders?.((name) =>
      name === 'x-amzn-bedrock-input-token-count' ? value : null,
    )?.inputTokens;
  assert.deepEqual(
    [usage('42'), usage('0'), usage(''), usage('many'), usage(null)],
    [42, 0, undefined, undefined, undefined],
  );
});

test('faults are named by their path', () => {
  const faults: readonly (readonly [Dialect, body: object, param: string])[] = [
    [bedrockTitanEmbed, {}, 'inputText'],
    [bedrockTitanEmbed, { inputText: ['one'] }, 'inputText'],
    [bedrockTitanEmbed, { inputText: 'one', normalize: 'yes' }, 'normalize'],
    [bedrockCohereEmbed, { input_type: 'search_query' }, 'texts'],
  ];
  for (const [dialect, body, param] of faults)
    assert.throws(() => received(dialect, body), { code: 'invalid_request', details: { param } }, param);
});
