import type { EmbeddingRequest, EmbeddingResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { leftOut } from '../left-out.ts';
import { asNumber, asObjects, asText, otherMembers } from '../loosely.ts';
import { readUsage } from '../openai-chat/usage.ts';
import { readFloats, writeFloats } from './float32.ts';
import { readInputs } from './inputs.ts';
import { inputsOf } from './texts.ts';

const KNOWN = new Set(['model', 'input', 'dimensions', 'encoding_format']);

/** `input_type` is not OpenAI's, but Voyage and NVIDIA have it in OpenAI's dialect: their words in Cohere's. */
const PURPOSES: Readonly<Record<string, string>> = {
  query: 'search_query',
  document: 'search_document',
  passage: 'search_document',
  search_query: 'search_query',
  search_document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
};

export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest,
  encodeResponse,
  encodeRequest,
  decodeResponse,
};

function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const rest = otherMembers(body, KNOWN);
  return {
    model,
    inputs: readInputs(body['input']),
    dimensions: asNumber(body['dimensions']),
    purpose: purposeOf(body['input_type']),
    encoding: body['encoding_format'] === 'base64' ? 'base64' : 'float',
    ...(rest === null ? {} : { extensions: { 'openai-embeddings': rest } }),
  };
}

function purposeOf(inputType: unknown): string | null {
  return typeof inputType === 'string' && Object.hasOwn(PURPOSES, inputType) ? (PURPOSES[inputType] ?? null) : null;
}

/**
 * Without `encoding_format`: whichever way the client wants its numbers they are written again, and not every server
 * knows base64.
 */
function encodeRequest(request: EmbeddingRequest, { model }: UpstreamTarget): EncodedRequest {
  const { dimensions, purpose, extensions } = request;
  const own = extensions?.['openai-embeddings'] ?? {};
  const body = { model, input: inputsOf(request), ...(dimensions === null ? {} : { dimensions }), ...own };
  const isSaid = purpose === null || 'input_type' in own;
  return { body, headers: [], warnings: isSaid ? [] : [leftOut('purpose', "OpenAI's embeddings API")] };
}

/** OpenAI, Voyage and the servers in their likeness answer in the order of the inputs, but `index` is what counts. */
function decodeResponse(body: JsonObject): EmbeddingResponse | null {
  if (!Array.isArray(body['data'])) return null;
  const rows = asObjects(body['data'])
    .map((row, at) => ({ index: asNumber(row['index']) ?? at, vector: vectorOf(row['embedding']) }))
    .sort((one, other) => one.index - other.index);
  return {
    id: asText(body['id']),
    model: asText(body['model']),
    vectors: rows.map(({ vector }) => vector),
    usage: readUsage(body['usage']),
  };
}

function vectorOf(embedding: unknown): readonly number[] {
  if (typeof embedding === 'string') return readFloats(embedding);
  return Array.isArray(embedding) ? embedding : [];
}

function encodeResponse({ model, vectors, usage }: EmbeddingResponse, request: EmbeddingRequest): JsonObject {
  const write = request.encoding === 'base64' ? writeFloats : asTheyAre;
  const tokens = usage?.inputTokens ?? 0;
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: write(vector) })),
    model: model ?? request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function asTheyAre(vector: readonly number[]): readonly number[] {
  return vector;
}
