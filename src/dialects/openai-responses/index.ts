import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeOpenAiError } from '../openai-error.ts';
import { decodeResponsesResponse } from '../openai-responses-answers/decode-response.ts';
import { decodeResponsesStream } from '../openai-responses-answers/decode-stream.ts';
import { encodeResponsesResponse } from '../openai-responses-answers/encode-response.ts';
import { encodeResponsesStream } from '../openai-responses-answers/encode-stream.ts';
import { encodeCompaction, summaryRequest } from './compaction.ts';
import { decodeResponsesRequest } from './decode-request.ts';
import { encodeResponsesRequest } from './encode-request.ts';
import { encodeResponsesErrorEvent } from './error.ts';
import { readResponsesRequest } from './request.ts';
import { spliceResponses } from './splice.ts';
import { responsesThreading } from './threading.ts';

export const openAiResponses: Dialect = {
  id: 'openai-responses',
  framing: 'sse',
  ending: 'event',
  words: null,
  forwards: ['openai-beta'],
  readRequest: readResponsesRequest,
  spliceRequest: spliceResponses,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeResponsesErrorEvent,
  keepAlive: commentIn,
  threading: responsesThreading,
  chat: {
    decodeRequest: decodeResponsesRequest,
    encodeResponse: encodeResponsesResponse,
    encodeStream: encodeResponsesStream,
    encodeRequest: encodeResponsesRequest,
    decodeResponse: decodeResponsesResponse,
    decodeStream: decodeResponsesStream,
  },
  embedding: null,
};

/** The same conversation, asked to be put in a nutshell: at makers who know no such operation, a model summarises it. */
export const openAiCompact: Dialect = {
  ...openAiResponses,
  id: 'openai-compact',
  threading: { ...responsesThreading, isKept: () => false },
  chat: openAiResponses.chat && {
    ...openAiResponses.chat,
    decodeRequest: summaryRequest,
    encodeResponse: encodeCompaction,
  },
};
