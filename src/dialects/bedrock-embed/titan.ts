import { type EmbeddingRequest, type EmbeddingResponse, noUsage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EmbeddingTranslation, EncodedRequest, ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { type FieldRules, isBoolean, isInteger, isList, isText } from '../fields.ts';
import { leftOut } from '../left-out.ts';
import { asCount, asNumber, asObject, asText, otherMembers } from '../loosely.ts';
import { readerOf } from '../openai-embeddings/received.ts';
import { onlyTextOf } from '../openai-embeddings/texts.ts';
import { usageInHeaders } from './usage-in-headers.ts';

const RULES: FieldRules = [
  ['inputText', isText],
  ['dimensions', isInteger(1, 1e6)],
  ['normalize', isBoolean],
  ['embeddingTypes', isList],
];

export const readTitanRequest = readerOf('bedrock-titan-embed', 'inputText', RULES);

export const titanTranslation: EmbeddingTranslation = {
  decodeRequest,
  encodeResponse,
  encodeRequest,
  decodeResponse,
  usageInHeaders,
};

const KNOWN = new Set(['inputText', 'dimensions']);

function decodeRequest({ body, model }: ReceivedRequest): EmbeddingRequest {
  const rest = otherMembers(body, KNOWN);
  return {
    model,
    inputs: [asText(body['inputText']) ?? ''],
    dimensions: asNumber(body['dimensions']),
    purpose: null,
    encoding: 'float',
    ...(rest === null ? {} : { extensions: { 'bedrock-titan-embed': rest } }),
  };
}

function encodeRequest(request: EmbeddingRequest, { model }: UpstreamTarget): EncodedRequest {
  const { dimensions, purpose, extensions } = request;
  const body = {
    inputText: onlyTextOf(request, model),
    ...(dimensions === null ? {} : { dimensions }),
    ...extensions?.['bedrock-titan-embed'],
  };
  return { body, headers: [], warnings: purpose === null ? [] : [leftOut('purpose', 'Titan')] };
}

/** Version 1 has `embedding` alone. Who asks for binary numbers only gets those. */
function decodeResponse(body: JsonObject): EmbeddingResponse | null {
  const byType = asObject(body['embeddingsByType']) ?? {};
  const vector = [body['embedding'], byType['float'], byType['binary']].find((value) => Array.isArray(value));
  if (vector === undefined) return null;
  const tokens = asCount(body['inputTextTokenCount']);
  const usage =
    tokens === null
      ? null
      : { ...noUsage, inputTokens: tokens, source: 'provider' as const, raw: { inputTextTokenCount: tokens } };
  return { id: null, model: null, vectors: [vector], usage };
}

function encodeResponse({ vectors, usage }: EmbeddingResponse): JsonObject {
  const embedding = vectors[0] ?? [];
  return { embedding, embeddingsByType: { float: embedding }, inputTextTokenCount: usage?.inputTokens ?? 0 };
}
