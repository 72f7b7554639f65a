import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
import { decodeChatRequest } from './decode-request.ts';
import { decodeChatResponse } from './decode-response.ts';
import { decodeChatStream } from './decode-stream.ts';
import { encodeChatRequest } from './encode-request.ts';
import { encodeChatResponse } from './encode-response.ts';
import { encodeChatStream } from './encode-stream.ts';
import { readChatRequest } from './request.ts';
import { openAiWords } from './words.ts';

export const openAiChat: Dialect = {
  id: 'openai-chat',
  framing: 'sse',
  ending: 'event',
  words: openAiWords,
  forwards: ['openai-beta'],
  readRequest: readChatRequest,
  spliceRequest: spliceBody,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: {
    decodeRequest: decodeChatRequest,
    encodeResponse: encodeChatResponse,
    encodeStream: encodeChatStream,
    encodeRequest: encodeChatRequest,
    decodeResponse: decodeChatResponse,
    decodeStream: decodeChatStream,
  },
  embedding: null,
};
