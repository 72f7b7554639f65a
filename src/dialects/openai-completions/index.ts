import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing.ts';
import { openAiWords } from '../openai-chat/words.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
import { readCompletionRequest } from './request.ts';

export const openAiCompletions: Dialect = {
  id: 'openai-completions',
  framing: 'sse',
  ending: 'event',
  words: openAiWords,
  forwards: ['openai-beta'],
  readRequest: readCompletionRequest,
  spliceRequest: spliceBody,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: null,
  embedding: null,
};
