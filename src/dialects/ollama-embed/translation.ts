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

function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const rest = otherMembers(body, KNOWN);
  const dimensions = asNumber(body['dimensions']);
  return {
    model,
    inputs: readTexts(body['input']),
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
  const rest = extensions?.['ollama-embed'] ?? {};
  const body = { model, input: textsOf(request), ...(dimensions === null ? {} : { dimensions }), ...rest };
  return { body, headers: [], warnings: purpose === null ? [] : [leftOut('purpose', 'Ollama')] };
}

function decodeResponse(body: JsonObject): EmbeddingResponse | null {
  const { embeddings } = body;
  if (!Array.isArray(embeddings)) return null;
  const tokens = asCount(body['prompt_eval_count']);
  return {
    id: null,
    model: asText(body['model']),
    vectors: embeddings.filter(Array.isArray),
    usage:
      tokens === null
        ? null
        : { ...noUsage, inputTokens: tokens, source: 'provider', raw: { prompt_eval_count: tokens } },
  };
}

function encodeResponse({ model, vectors, usage }: EmbeddingResponse, request: EmbeddingRequest): JsonObject {
  return {
    model: model ?? request.model,
    embeddings: vectors,
    total_duration: 0,
    load_duration: 0,
    prompt_eval_count: usage?.inputTokens ?? 0,
  };
}
