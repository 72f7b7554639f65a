import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { decodeStream } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { encodeStream } from './encode-stream.ts';
import { encodeCohereError, encodeCohereErrorEvent } from './error.ts';
import { readChatRequest, spliceLimit } from './request.ts';

/** Cohere's v2/chat. */
export const cohereChat: Dialect = {
  id: 'cohere-chat',
  framing: 'sse',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readChatRequest,
  spliceRequest: spliceLimit,
  encodeError: encodeCohereError,
  encodeErrorEvent: encodeCohereErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: { decodeRequest, encodeResponse, encodeStream, encodeRequest, decodeResponse, decodeStream },
  embedding: null,
};
