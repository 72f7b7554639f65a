import type { EmbeddingRequest, EmbeddingResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { readEmbedRequest } from '../cohere-embed/request.ts';
import { encodeResponse as encodeByType } from '../cohere-embed/response.ts';
import { embeddingTranslation as cohere } from '../cohere-embed/translation.ts';
import type {
  EmbeddingTranslation,
  EncodedRequest,
  ReceivedRequest,
  RequestAddress,
  UpstreamTarget,
} from '../dialect.ts';
import { asTexts } from '../loosely.ts';
import { usageInHeaders } from './usage-in-headers.ts';

export function readCohereRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  return { ...readEmbedRequest(bytes, address), dialect: 'bedrock-cohere-embed' };
}

/** Cohere's own API without the model and what it bills: the address names the one, a header the other. */
export const cohereTranslation: EmbeddingTranslation = {
  decodeRequest: cohere.decodeRequest,
  encodeResponse,
  encodeRequest,
  decodeResponse: cohere.decodeResponse,
  usageInHeaders,
};

/** Bedrock writes no base64: who wants it gets it made of the numbers. */
function encodeRequest(request: EmbeddingRequest, target: UpstreamTarget): EncodedRequest {
  const { body, ...rest } = cohere.encodeRequest(request, target);
  const { model: _, embedding_types: asked, ...others } = body;
  const types = asTexts(asked).filter((type) => type !== 'base64');
  return { ...rest, body: { ...others, embedding_types: types.length === 0 ? ['float'] : types } };
}

/** Without `embedding_types` the vectors stand by themselves, as in Cohere's first version. */
function encodeResponse(response: EmbeddingResponse, request: EmbeddingRequest): JsonObject {
  const { meta: _, ...answer } = encodeByType(response, request);
  const isByType = request.extensions?.['cohere-embed']?.['embedding_types'] !== undefined;
  return isByType ? answer : { ...answer, embeddings: response.vectors, response_type: 'embeddings_floats' };
}
