import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { decodeStream } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { encodeStream } from './encode-stream.ts';
import { encodeOllamaError, encodeOllamaErrorEvent } from './error.ts';
import { readChatRequest } from './request.ts';
import { chatShape } from './shape.ts';
import { spliceOptions } from './splice.ts';

/** Ollama's own /api/chat. */
export const ollamaChat: Dialect = {
  id: 'ollama-chat',
  framing: 'ndjson',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readChatRequest,
  spliceRequest: spliceOptions,
  encodeError: encodeOllamaError,
  encodeErrorEvent: encodeOllamaErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: {
    decodeRequest,
    encodeResponse: (response, context) => encodeResponse(response, context, chatShape),
    encodeStream: (context) => encodeStream(context, chatShape),
    encodeRequest,
    decodeResponse: (body) => decodeResponse(body, chatShape),
    decodeStream: () => decodeStream(chatShape),
  },
  embedding: null,
};
