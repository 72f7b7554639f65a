import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { openAiWords } from '../openai-chat/words.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
import { readEmbeddingRequest } from './request.ts';
import { embeddingTranslation } from './translation.ts';

export const openAiEmbeddings: Dialect = {
  id: 'openai-embeddings',
  framing: 'sse',
  ending: 'event',
  words: openAiWords,
  forwards: ['openai-beta'],
  readRequest: readEmbeddingRequest,
  spliceRequest: spliceBody,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: embeddingTranslation,
};
