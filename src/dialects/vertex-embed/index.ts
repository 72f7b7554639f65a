import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeGoogleError, encodeGoogleErrorEvent } from '../google/error.ts';
import { readPredictRequest } from './request.ts';
import { predictTranslation } from './translation.ts';

/** `:predict` of Vertex AI with the instances of its text embedding models. */
export const vertexEmbed: Dialect = {
  id: 'vertex-embed',
  framing: 'sse',
  ending: 'finish',
  words: null,
  forwards: [],
  readRequest: readPredictRequest,
  // The address alone names the model.
  spliceRequest: ({ bytes }) => bytes,
  encodeError: encodeGoogleError,
  encodeErrorEvent: encodeGoogleErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: predictTranslation,
};
