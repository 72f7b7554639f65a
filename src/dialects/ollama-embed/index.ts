import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeOllamaError, encodeOllamaErrorEvent } from '../ollama-chat/error.ts';
import { spliceBody } from '../splice.ts';
import { readEmbedRequest } from './request.ts';
import { embeddingTranslation } from './translation.ts';

/** Ollama's /api/embed, and the older /api/embeddings: one `prompt`, one `embedding`. */
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
