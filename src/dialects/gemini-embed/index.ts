import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeGoogleError, encodeGoogleErrorEvent } from '../google/error.ts';
import { readEmbedRequest, spliceEmbed } from './request.ts';
import { batchTranslation, singleTranslation } from './translation.ts';

export const geminiEmbed: Dialect = {
  id: 'gemini-embed',
  framing: 'sse',
  ending: 'finish',
  words: null,
  forwards: [],
  readRequest: readEmbedRequest,
  spliceRequest: spliceEmbed,
  encodeError: encodeGoogleError,
  encodeErrorEvent: encodeGoogleErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: singleTranslation,
};

/** Many texts at once, at an address of its own: the same fields, within a list. */
export const geminiBatchEmbed: Dialect = {
  ...geminiEmbed,
  id: 'gemini-batch-embed',
  embedding: batchTranslation,
};
