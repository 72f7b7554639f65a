import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EmbeddingRequest, GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { readEmbedRequest, spliceEmbed } from './request.ts';
import { batchTranslation, singleTranslation } from './translation.ts';

const ADDRESS = { model: 'gemini-embedding-001', stream: false, framing: 'sse' } as const;
const TARGET = {
  model: 'gemini-embedding-001',
  maxOutputTokens: null,
  outputLimit: 'max_tokens',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
} as const;

function read(body: JsonObject) {
  return readEmbedRequest(Buffer.from(JSON.stringify(body)), ADDRESS);
}

const content = (...texts: string[]) => ({ parts: texts.map((text) => ({ text })) });
const model = 'models/gemini-embedding-001';

describe('gemini-embed', () => {
  it('reads one request and a batch, in either spelling and with the newer configuration', () => {
    const one = batchTranslation.decodeRequest(read({ content: content('a', 'b'), taskType: 'RETRIEVAL_QUERY' }));
    assert.deepEqual([one.inputs, one.purpose, one.dimensions], [['a\nb'], 'search_query', null]);
    const batch = batchTranslation.decodeRequest(
      read({
        requests: [
          { model, content: content('a'), output_dimensionality: 8 },
          { model, content: content('b'), embedContentConfig: { outputDimensionality: 8, taskType: 'CLUSTERING' } },
        ],
      }),
    );
    assert.deepEqual([batch.inputs, batch.purpose, batch.dimensions], [['a', 'b'], null, 8]);
  });

  it('what it was told of each text comes back', () => {
    const requests = [
      { model, content: content('a'), taskType: 'SEMANTIC_SIMILARITY', outputDimensionality: 8 },
      { model, content: content('b'), taskType: 'RETRIEVAL_DOCUMENT', title: 'B', outputDimensionality: 8 },
    ];
    const { body, warnings } = batchTranslation.encodeRequest(
      batchTranslation.decodeRequest(read({ requests })),
      TARGET,
    );
    assert.deepEqual(body, { requests });
    assert.deepEqual(warnings, []);
  });

  it('asks for a batch in Google’s words', () => {
    const request: EmbeddingRequest = {
      model: 'm',
      inputs: ['a'],
      dimensions: 256,
      purpose: 'search_document',
      encoding: 'base64',
    };
    assert.deepEqual(batchTranslation.encodeRequest(request, TARGET).body, {
      requests: [{ model, content: content('a'), taskType: 'RETRIEVAL_DOCUMENT', outputDimensionality: 256 }],
    });
    assert.deepEqual(singleTranslation.encodeRequest(request, TARGET).body, {
      model,
      content: content('a'),
      taskType: 'RETRIEVAL_DOCUMENT',
      outputDimensionality: 256,
    });
    const two = { ...request, inputs: ['a', 'b'] };
    assert.throws(() => singleTranslation.encodeRequest(two, TARGET), isRefusal('input'));
    assert.throws(
      () => batchTranslation.encodeRequest({ ...request, inputs: [[1, 2]] }, TARGET),
      isRefusal('input[0]'),
    );
  });

  it('answers in the shape that was asked for', () => {
    const answer = { embeddings: [{ values: [0.5, -1] }], usageMetadata: { promptTokenCount: 3 } };
    const response = batchTranslation.decodeResponse(answer);
    assert.ok(response !== null);
    assert.deepEqual([response.vectors, response.usage?.inputTokens], [[[0.5, -1]], 3]);
    const one = batchTranslation.decodeRequest(read({ content: content('a') }));
    const single = { embedding: { values: [0.5, -1] }, usageMetadata: { promptTokenCount: 3 } };
    assert.deepEqual(batchTranslation.encodeResponse(response, one), single);
    assert.deepEqual(batchTranslation.decodeResponse(single)?.vectors, [[0.5, -1]]);
    const batch = batchTranslation.decodeRequest(read({ requests: [{ content: content('a') }] }));
    assert.deepEqual(batchTranslation.encodeResponse(response, batch), answer);
    assert.equal(batchTranslation.decodeResponse({ error: {} }), null);
  });

  it('refuses what it cannot read', () => {
    assert.throws(() => read({}), isRefusal('content'));
    assert.throws(() => read({ requests: 'a' }), isRefusal('requests'));
    const image = read({ content: { parts: [{ inlineData: { mimeType: 'image/png', data: '' } }] } });
    assert.equal(image.refersOutside, true);
    assert.throws(() => batchTranslation.decodeRequest(image), isRefusal('content'));
    const sizes = read({ requests: [{ content: content('a') }, { content: content('b'), outputDimensionality: 1 }] });
    assert.throws(() => batchTranslation.decodeRequest(sizes), isRefusal('requests'));
  });

  it('names another model in all places, and changes nothing for the same one', () => {
    const batch = read({ requests: [{ model, content: content('a') }, { content: content('b') }] });
    assert.equal(spliceEmbed(batch, { model: 'gemini-embedding-001', addUsage: false, maxOutput: null }), batch.bytes);
    const spliced = spliceEmbed(batch, { model: 'other', addUsage: false, maxOutput: null });
    assert.deepEqual(JSON.parse(spliced.toString()), {
      requests: [{ model: 'models/other', content: content('a') }, { content: content('b') }],
    });
  });
});

function isRefusal(param: string): (error: unknown) => boolean {
  return (error) => error instanceof GatewayError && error.code === 'invalid_request' && error.details.param === param;
}
