import { type EmbeddingRequest, type EmbeddingResponse, noUsage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { wrongType } from '../fields.ts';
import { leftOut } from '../left-out.ts';
import { asCount, asNumber, asText, otherMembers } from '../loosely.ts';
import { textsOf } from '../openai-embeddings/texts.ts';

const KNOWN = new Set(['model', 'input', 'dimensions']);

export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest,
  encodeResponse,
  encodeRequest,
  decodeResponse,
};

/** `prompt` stays in the extensions: by it the answer is known to be wanted in the older shape. */
function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const rest = otherMembers(body, KNOWN);
  const dimensions = asNumber(body['dimensions']);
  return {
    model,
    inputs: readTexts(body['input'] ?? body['prompt']),
    dimensions: dimensions === 0 ? null : dimensions,
    purpose: null,
    encoding: 'float',
    ...(rest === null ? {} : { extensions: { 'ollama-embed': rest } }),
  };
}

function readTexts(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of strings', input);
  return input.map((text, index) => {
    if (typeof text !== 'string') throw wrongType(`input[${index}]`, 'a string', text);
    return text;
  });
}

function encodeRequest(request: EmbeddingRequest, { model }: UpstreamTarget): EncodedRequest {
  const { dimensions, purpose, extensions } = request;
  const { prompt: _, ...rest } = extensions?.['ollama-embed'] ?? {};
  const body = { model, input: textsOf(request), ...(dimensions === null ? {} : { dimensions }), ...rest };
  return { body, headers: [], warnings: purpose === null ? [] : [leftOut('purpose', 'Ollama')] };
}

function decodeResponse(body: JsonObject): EmbeddingResponse | null {
  const { embeddings, embedding } = body;
  if (!Array.isArray(embeddings) && !Array.isArray(embedding)) return null;
  const tokens = asCount(body['prompt_eval_count']);
  return {
    id: null,
    model: asText(body['model']),
    vectors: Array.isArray(embeddings) ? embeddings.filter(Array.isArray) : [embedding as readonly number[]],
    usage:
      tokens === null
        ? null
        : { ...noUsage, inputTokens: tokens, source: 'provider', raw: { prompt_eval_count: tokens } },
  };
}

function encodeResponse({ model, vectors, usage }: EmbeddingResponse, request: EmbeddingRequest): JsonObject {
  if ('prompt' in (request.extensions?.['ollama-embed'] ?? {})) return { embedding: vectors[0] ?? [] };
  return {
    model: model ?? request.model,
    embeddings: vectors,
    total_duration: 0,
    load_duration: 0,
    prompt_eval_count: usage?.inputTokens ?? 0,
  };
}
