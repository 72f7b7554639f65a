import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { decodeStream } from '../ollama-chat/decode-stream.ts';
import { encodeStream } from '../ollama-chat/encode-stream.ts';
import { encodeOllamaError, encodeOllamaErrorEvent } from '../ollama-chat/error.ts';
import { generateShape } from '../ollama-chat/shape.ts';
import { spliceOptions } from '../ollama-chat/splice.ts';
import { decodeRequest, encodeRequest } from './prompt.ts';
import { readGenerateRequest } from './request.ts';
import { decodeResponse, encodeResponse } from './response.ts';

/** Ollama's /api/generate: a chat of one turn. */
export const ollamaGenerate: Dialect = {
  id: 'ollama-generate',
  framing: 'ndjson',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readGenerateRequest,
  spliceRequest: spliceOptions,
  encodeError: encodeOllamaError,
  encodeErrorEvent: encodeOllamaErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: {
    decodeRequest,
    encodeResponse,
    encodeStream: (context) => encodeStream(context, generateShape),
    encodeRequest,
    decodeResponse,
    decodeStream: () => decodeStream(generateShape),
  },
  embedding: null,
};
