import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { discoveryMissing, validatorOf } from '../support/discovery.ts';
import { addressOf, targetFor } from '../support/gemini.ts';
import { readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';

const { readRequest, embedding } = dialects['gemini-batch-embed'];
const exchanges = recordedMissing === false ? recordedFiles('gemini', 'embeddings').flatMap(readRecorded) : [];
const ours = exchanges.filter(({ path, status }) => /mbedContents?$/.test(path) && status === 200);

describe('gemini-embed, recorded', { skip: recordedMissing }, () => {
  it('vectors and usage come back as they were', { skip: discoveryMissing }, () => {
    const batch = validatorOf('BatchEmbedContentsResponse');
    const single = validatorOf('EmbedContentResponse');
    for (const { id, path, request, body } of ours) {
      const received = readRequest(Buffer.from(String(request)), addressOf(path));
      const wanted = embedding?.decodeRequest(received);
      const answer = JSON.parse(body ?? '') as JsonObject;
      const response = embedding?.decodeResponse(answer);
      assert.ok(wanted && response, id);
      assert.equal(response.vectors.length, wanted.inputs.length, id);
      const sent = embedding?.encodeResponse(response, wanted);
      assert.deepEqual(vectorsOf(sent), vectorsOf(answer), id);
      assert.ok((path.endsWith('s') ? batch : single)(sent), id);
      const again = embedding?.encodeRequest(wanted, targetFor({ model: wanted.model, maxOutputTokens: null }));
      assert.ok(validatorOf('BatchEmbedContentsRequest')(again?.body), id);
    }
    assert.ok(ours.length > 30);
  });
});

function vectorsOf(answer: JsonObject | undefined): unknown {
  return answer?.['embeddings'] ?? answer?.['embedding'];
}
