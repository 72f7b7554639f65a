import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Dialect } from '../../src/dialects/index.ts';
import { dialects } from '../support/dialects.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { embeddingOf, parsed, targetOf } from '../support/translating.ts';

type CloudDialect = 'bedrock-titan-embed' | 'bedrock-cohere-embed' | 'vertex-embed' | 'gemini-embed';

/** What the address of each says of it; the model is the first group. */
const ADDRESSES: readonly (readonly [CloudDialect, RegExp])[] = [
  ['bedrock-titan-embed', /\/model\/([^/]*titan-embed-text[^/]*)\/invoke$/],
  ['bedrock-cohere-embed', /\/model\/([^/]*cohere\.embed[^/]*)\/invoke$/],
  ['vertex-embed', /\/publishers\/google\/models\/([^/]+):predict$/],
  ['gemini-embed', /\/publishers\/google\/models\/([^/]+):embedContent$/],
];

suite('recorded embeddings of clouds', { skip: recordedMissing }, () => {
  const exchanges = recordedFiles('bedrock-invoke', 'gemini', 'models').flatMap(readRecorded);

  for (const [id, address] of ADDRESSES) {
    const recorded = exchanges.filter(({ path, status }) => address.test(path) && status === 200);

    test(`${id}: requests survive`, (context) => {
      for (const exchange of recorded) {
        const received = receivedBy(dialects[id], exchange, address);
        const { decodeRequest, encodeRequest } = embeddingOf(dialects[id]);
        const { body, warnings } = encodeRequest(decodeRequest(received), targetOf(received));
        assert.deepEqual(plainer(body), plainer(received.body), exchange.id);
        assert.deepEqual(warnings, [], exchange.id);
      }
      assert.ok(recorded.length > 0);
      context.diagnostic(`${recorded.length} exchanges`);
    });

    test(`${id}: answers are read, and written for who asked`, () => {
      for (const exchange of recorded) {
        const { decodeRequest, decodeResponse, encodeResponse } = embeddingOf(dialects[id]);
        const read = decodeResponse(parsed(exchange.body)) ?? assert.fail(exchange.id);
        const request = decodeRequest(receivedBy(dialects[id], exchange, address));
        assert.equal(read.vectors.length, request.inputs.length, exchange.id);
        assert.ok(
          read.vectors.every((vector) => vector.length > 100),
          exchange.id,
        );
        // Cohere's counts stand in a header, which was not recorded.
        assert.equal(read.usage !== null && read.usage.inputTokens > 0, id !== 'bedrock-cohere-embed', exchange.id);
        const again = decodeResponse(encodeResponse(read, request));
        assert.deepEqual(again?.vectors, read.vectors, exchange.id);
      }
    });
  }
});

function receivedBy(dialect: Dialect, { path, request }: Recorded, address: RegExp) {
  const model = decodeURIComponent(address.exec(path)?.[1] ?? '');
  return dialect.readRequest(Buffer.from(String(request)), { model, stream: false, framing: 'sse' });
}

/** The address names the model, and floats are what comes unless another kind is named. */
function plainer({ model: _, embedding_types: types, ...body }: Readonly<Record<string, unknown>>): object {
  return JSON.stringify(types ?? ['float']) === '["float"]' ? body : { ...body, embedding_types: types };
}
