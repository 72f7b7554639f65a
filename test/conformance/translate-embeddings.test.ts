import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Dialect } from '../../src/dialects/index.ts';
import type { EmbeddingResponse } from '../../src/inference/index.ts';
import { dialects } from '../support/dialects.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { embeddingOf, parsed, receive, targetOf } from '../support/translating.ts';

suite('recorded embeddings', { skip: recordedMissing }, () => {
  for (const file of recordedFiles('embeddings')) {
    const exchanges = readRecorded(file);

    test(`${file}: requests survive`, () => {
      for (const { id, path, request } of exchanges) {
        const dialect = dialectOf(path);
        const received = receive(dialect, request);
        const { decodeRequest, encodeRequest } = embeddingOf(dialect);
        const { body, warnings } = encodeRequest(decodeRequest(received), targetOf(received));
        assert.deepEqual(plainer(body), plainer(received.body), id);
        assert.deepEqual(warnings, [], id);
      }
    });

    test(`${file}: answers survive, in every dialect and encoding`, (t) => {
      const answered = exchanges.filter(({ status }) => status === 200);
      for (const exchange of answered) {
        const response = responseIn(exchange);
        assert.ok(response.vectors.length > 0 && response.vectors.every(isVector), exchange.id);
        const counted = (response.usage?.inputTokens ?? 0) > 0;
        assert.equal(counted, !('images' in parsed(exchange.request)) && !UNCOUNTED.has(exchange.id), exchange.id);
        for (const [id, asked] of Object.entries(ASKED)) assertSurvives(id, asked, response, exchange.id);
      }
      t.diagnostic(`${answered.length} answers`);
    });
  }
});

/** Voyage counted two words as no tokens. */
const UNCOUNTED = new Set(['pydantic-ai/tests/cassettes/test_embeddings/TestVoyageAI.test_documents.yaml#0']);

/** How a client asks in each dialect, for numbers and for bytes. */
const ASKED: Readonly<Record<string, object>> = {
  'openai-embeddings': { model: 'm', input: 'x' },
  'openai-embeddings ': { model: 'm', input: 'x', encoding_format: 'base64' },
  'cohere-embed': { model: 'm', texts: ['x'] },
  'cohere-embed ': { model: 'm', texts: ['x'], embedding_types: ['base64'] },
  'bedrock-cohere-embed': { model: 'm', texts: ['x'], embedding_types: ['float'] },
  'bedrock-cohere-embed ': { model: 'm', texts: ['x'] },
  'ollama-embed': { model: 'm', input: 'x' },
};

function assertSurvives(id: string, asked: object, response: EmbeddingResponse, label: string): void {
  const dialect: Dialect = dialects[id.trim() as keyof typeof dialects];
  const { decodeRequest, encodeResponse, decodeResponse } = embeddingOf(dialect);
  const request = decodeRequest(receive(dialect, asked));
  const again = decodeResponse(encodeResponse(response, request));
  const rounded = request.encoding === 'base64' ? response.vectors.map((vector) => vector.map(Math.fround)) : null;
  assert.deepEqual(again?.vectors, rounded ?? response.vectors, `${label} as ${id}`);
  // Bedrock counts in a header.
  if (!id.startsWith('bedrock-'))
    assert.equal(again?.usage?.inputTokens, response.usage?.inputTokens, `${label} as ${id}`);
}

function dialectOf(path: string): Dialect {
  return dialects[path.endsWith('/embed') ? 'cohere-embed' : 'openai-embeddings'];
}

function responseIn({ id, path, body }: Recorded): EmbeddingResponse {
  const response = embeddingOf(dialectOf(path)).decodeResponse(parsed(body));
  assert.ok(response !== null, id);
  return response;
}

function isVector(vector: readonly unknown[]): boolean {
  return vector.length > 0 && vector.every((value) => typeof value === 'number' && Math.abs(value) <= 1);
}

/**
 * Nulls say nothing, and which encoding the client wants is no matter of the upstream's; of v1/embed the numbers are
 * floats unless said otherwise.
 */
function plainer(body: object): object {
  const unsaid = new Set(['encoding_format', 'embedding_types']);
  const said = Object.entries(body).filter(([name, value]) => value !== null && !unsaid.has(name));
  return Object.fromEntries(said.map(([name, value]) => [name, name === 'input' ? [value].flat() : value]));
}
