import type { Dialect } from '../dialect.ts';
import { encodeGoogleError, encodeGoogleErrorEvent } from '../google/error.ts';
import { readEmbedRequest, spliceEmbed } from './request.ts';
import { embedTranslation } from './translation.ts';

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
  chat: null,
  embedding: embedTranslation,
};
