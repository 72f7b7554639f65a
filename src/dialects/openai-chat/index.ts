import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
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
  chat: null,
  embedding: null,
};
