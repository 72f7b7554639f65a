import type { EmbeddingRequest, EmbeddingResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { type FieldRules, isObject, isText } from '../fields.ts';
import { leftOut } from '../left-out.ts';
import { asText, otherMembers } from '../loosely.ts';
import { readerOf } from '../openai-embeddings/received.ts';
import { onlyTextOf } from '../openai-embeddings/texts.ts';

const RULES: FieldRules = [
  ['prompt', isText],
  ['options', isObject],
];

export const readPromptRequest = readerOf('ollama-embeddings', 'prompt', RULES);

export const promptTranslation: EmbeddingTranslation = {
  decodeRequest,
  encodeResponse: ({ vectors }) => ({ embedding: vectors[0] ?? [] }),
  encodeRequest,
  decodeResponse,
};

const KNOWN = new Set(['model', 'prompt']);

/** What else it says (`options`, `keep_alive`) has the same names in the newer API. */
function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const rest = otherMembers(body, KNOWN);
  return {
    model,
    inputs: [asText(body['prompt']) ?? ''],
    dimensions: null,
    purpose: null,
    encoding: 'float',
    ...(rest === null ? {} : { extensions: { 'ollama-embed': rest } }),
  };
}

function encodeRequest(request: EmbeddingRequest, { model }: UpstreamTarget): EncodedRequest {
  const { dimensions, purpose, extensions } = request;
  const body = { model, prompt: onlyTextOf(request, model), ...extensions?.['ollama-embed'] };
  const unsaid = [dimensions === null ? null : 'dimensions', purpose === null ? null : 'purpose'];
  const warnings = unsaid.filter((field) => field !== null).map((field) => leftOut(field, 'Ollama'));
  return { body, headers: [], warnings };
}

/** It counts no tokens. */
function decodeResponse({ embedding }: JsonObject): EmbeddingResponse | null {
  return Array.isArray(embedding) ? { id: null, model: null, vectors: [embedding], usage: null } : null;
}
