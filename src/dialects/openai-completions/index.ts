import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { decodeChatResponse } from '../openai-chat/decode-response.ts';
import { decodeChatStream } from '../openai-chat/decode-stream.ts';
import { openAiWords } from '../openai-chat/words.ts';
import { encodeOpenAiError, encodeOpenAiErrorEvent } from '../openai-error.ts';
import { spliceBody } from '../splice.ts';
import { decodeCompletionRequest } from './decode-request.ts';
import { encodeCompletionRequest } from './encode-request.ts';
import { encodeCompletionResponse } from './encode-response.ts';
import { encodeCompletionStream } from './encode-stream.ts';
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
  chat: {
    decodeRequest: decodeCompletionRequest,
    encodeResponse: encodeCompletionResponse,
    encodeStream: encodeCompletionStream,
    encodeRequest: encodeCompletionRequest,
    // Answers differ from those of chat in nothing but where a choice has its text: they are read alike.
    decodeResponse: decodeChatResponse,
    decodeStream: decodeChatStream,
  },
  embedding: null,
};
