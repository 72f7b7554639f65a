import type { Dialect } from '../dialect.ts';
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
  chat: null,
  embedding: null,
};
