import { type EmbeddingRequest, type EmbeddingResponse, noUsage, type Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asCount, asObject, asText, asTexts } from '../loosely.ts';
import { readFloats, writeFloats } from '../openai-embeddings/float32.ts';

/** v2 names each kind of number, v1 has the vectors themselves unless kinds were asked for. */
export function decodeResponse(body: JsonObject): EmbeddingResponse | null {
  const vectors = vectorsOf(body['embeddings']);
  if (vectors === null) return null;
  return { id: asText(body['id']), model: null, vectors, usage: readUsage(asObject(body['meta'])) };
}

function vectorsOf(embeddings: unknown): readonly (readonly number[])[] | null {
  if (Array.isArray(embeddings)) return embeddings.filter(Array.isArray);
  if (!isJsonObject(embeddings)) return null;
  const { float, base64, ...quantized } = embeddings;
  if (Array.isArray(float)) return float.filter(Array.isArray);
  if (Array.isArray(base64)) return asTexts(base64).map(readFloats);
  // int8, uint8, binary, ubinary: asked for by name, and numbers too.
  const first = Object.values(quantized).find(Array.isArray);
  return first === undefined ? null : first.filter(Array.isArray);
}

function readUsage(meta: JsonObject | null): Usage | null {
  const units = asObject(meta?.['billed_units']);
  if (units === null) return null;
  const inputTokens = (asCount(units['input_tokens']) ?? 0) + (asCount(units['image_tokens']) ?? 0);
  return { ...noUsage, inputTokens, source: 'provider', raw: meta };
}

export function encodeResponse({ id, vectors, usage }: EmbeddingResponse, request: EmbeddingRequest): JsonObject {
  const asked = asTexts(request.extensions?.['cohere-embed']?.['embedding_types']);
  const wantsBase64 = asked.includes('base64');
  const wantsFloat = asked.includes('float') || !wantsBase64;
  return {
    id: id ?? '',
    embeddings: {
      ...(wantsFloat ? { float: vectors } : {}),
      ...(wantsBase64 ? { base64: vectors.map(writeFloats) } : {}),
    },
    texts: request.inputs,
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: usage?.inputTokens ?? 0 } },
    response_type: 'embeddings_by_type',
  };
}
