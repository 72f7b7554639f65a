import type { Dialect } from '../dialect.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
import { readEmbeddingRequest } from './request.ts';
import { embeddingTranslation } from './translation.ts';

export const openAiEmbeddings: Dialect = {
  id: 'openai-embeddings',
  readRequest: readEmbeddingRequest,
  spliceRequest: spliceBody,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  chat: null,
  embedding: embeddingTranslation,
};
