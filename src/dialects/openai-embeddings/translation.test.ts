import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cohereEmbed } from '../cohere-embed/index.ts';
import type { Dialect, UpstreamTarget } from '../dialect.ts';
import { ollamaEmbed } from '../ollama-embed/index.ts';
import { readFloats, writeFloats } from './float32.ts';
import { openAiEmbeddings } from './index.ts';

const TARGET: UpstreamTarget = {
  model: 'up',
  maxOutputTokens: null,
  outputLimit: 'both',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
};

/** A request in one dialect as another one has it. */
function translated(from: Dialect, body: object, to: Dialect) {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', ...body }));
  const received = from.readRequest(bytes, { model: null, stream: null, framing: 'sse' });
  assert.ok(from.embedding !== null && to.embedding !== null);
  const { body: encoded, warnings } = to.embedding.encodeRequest(from.embedding.decodeRequest(received), TARGET);
  return { encoded, fields: warnings.map(({ field }) => field) };
}

test('inputs in their four forms', () => {
  const forms: readonly (readonly [input: unknown, read: unknown])[] = [
    ['a', ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1, 2], [3]],
      [[1, 2], [3]],
    ],
  ];
  for (const [input, read] of forms) {
    assert.deepEqual(translated(openAiEmbeddings, { input }, openAiEmbeddings).encoded['input'], read);
  }
});

test('faults are named by their path', () => {
  const faults: readonly (readonly [Dialect, body: object, param: string])[] = [
    [openAiEmbeddings, { input: [] }, 'input'],
    [openAiEmbeddings, { input: ['a', 7] }, 'input[1]'],
    [openAiEmbeddings, {}, 'input'],
    [cohereEmbed, { texts: ['a', 7] }, 'texts[1]'],
    [cohereEmbed, {}, 'texts'],
    [ollamaEmbed, { input: [7] }, 'input[0]'],
    [ollamaEmbed, {}, 'input'],
  ];
  for (const [dialect, body, param] of faults) {
    assert.throws(() => translated(dialect, body, dialect), { code: 'invalid_request', details: { param } }, param);
  }
});

test('token numbers mean nothing to another tokenizer', () => {
  for (const dialect of [cohereEmbed, ollamaEmbed]) {
    const asking = (): unknown => translated(openAiEmbeddings, { input: [[1, 2]] }, dialect);
    assert.throws(asking, { code: 'invalid_request', details: { param: 'input[0]' } });
  }
});

test('dimensions and purpose go where there is a word for them', () => {
  const asked = { texts: ['a'], input_type: 'search_query', output_dimension: 64 };
  const own = translated(cohereEmbed, asked, cohereEmbed);
  assert.deepEqual(own.encoded, { model: 'up', ...asked, embedding_types: ['float'] });
  const openAi = translated(cohereEmbed, asked, openAiEmbeddings);
  assert.deepEqual(openAi, { encoded: { model: 'up', input: ['a'], dimensions: 64 }, fields: ['purpose'] });
  const cohere = translated(openAiEmbeddings, { input: 'a' }, cohereEmbed);
  assert.equal(cohere.encoded['input_type'], 'search_document');
  const voyage = { input: 'a', input_type: 'query' };
  assert.equal(translated(openAiEmbeddings, voyage, cohereEmbed).encoded['input_type'], 'search_query');
  const kept = translated(openAiEmbeddings, voyage, openAiEmbeddings);
  assert.deepEqual(kept, { encoded: { model: 'up', input: ['a'], input_type: 'query' }, fields: [] });
});

test('images are for Cohere alone', () => {
  const inputs = [{ content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }];
  for (const media of [{ images: ['data:,'] }, { inputs }]) {
    const asked = { input_type: 'image', ...media };
    const { encoded } = translated(cohereEmbed, asked, cohereEmbed);
    assert.deepEqual(encoded, { model: 'up', ...asked, embedding_types: ['float'] });
    assert.throws(() => translated(cohereEmbed, asked, openAiEmbeddings), { details: { param: 'input' } });
  }
  const texts = [{ content: [{ type: 'text', text: 'a' }] }];
  assert.deepEqual(translated(cohereEmbed, { inputs: texts }, openAiEmbeddings).encoded['input'], ['a']);
});

test('the order of an answer is that of its indices', () => {
  const data = [
    { index: 1, embedding: [2] },
    { index: 0, embedding: [1] },
  ];
  assert.deepEqual(openAiEmbeddings.embedding?.decodeResponse({ data })?.vectors, [[1], [2]]);
  assert.equal(openAiEmbeddings.embedding?.decodeResponse({ error: {} }), null);
});

test('floats survive base64', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true })), (floats) => {
      assert.deepEqual(readFloats(writeFloats(floats)), floats);
    }),
  );
  assert.equal(writeFloats([1, -0.5]), 'AACAPwAAAL8=');
});
