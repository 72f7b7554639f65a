import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeOllamaError, encodeOllamaErrorEvent } from '../ollama-chat/error.ts';
import { spliceBody } from '../splice.ts';
import { promptTranslation, readPromptRequest } from './prompt.ts';
import { readEmbedRequest } from './request.ts';
import { embeddingTranslation } from './translation.ts';

/** Ollama's /api/embed. */
export const ollamaEmbed: Dialect = {
  id: 'ollama-embed',
  framing: 'ndjson',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readEmbedRequest,
  spliceRequest: spliceBody,
  encodeError: encodeOllamaError,
  encodeErrorEvent: encodeOllamaErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: embeddingTranslation,
};

/** The older /api/embeddings: one `prompt`, one `embedding`, which is not normalized as the newer one's are. */
export const ollamaEmbeddings: Dialect = {
  ...ollamaEmbed,
  id: 'ollama-embeddings',
  readRequest: readPromptRequest,
  embedding: promptTranslation,
};
