import type { Dialect } from '../dialect.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
import { readCompletionRequest } from './request.ts';

export const openAiCompletions: Dialect = {
  id: 'openai-completions',
  readRequest: readCompletionRequest,
  spliceRequest: spliceBody,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  chat: null,
  embedding: null,
};
