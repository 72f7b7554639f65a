import { encodeCohereError, encodeCohereErrorEvent } from '../cohere-chat/error.ts';
import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { spliceBody } from '../splice.ts';
import { readEmbedRequest } from './request.ts';
import { embeddingTranslation } from './translation.ts';

/** Cohere's v2/embed; answers of v1/embed are understood as well. */
export const cohereEmbed: Dialect = {
  id: 'cohere-embed',
  framing: 'sse',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readEmbedRequest,
  spliceRequest: spliceBody,
  encodeError: encodeCohereError,
  encodeErrorEvent: encodeCohereErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: embeddingTranslation,
};
