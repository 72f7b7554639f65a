import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeOpenAiError } from '../openai-error.ts';
import { decodeResponsesRequest } from './decode-request.ts';
import { decodeResponsesResponse } from './decode-response.ts';
import { decodeResponsesStream } from './decode-stream.ts';
import { encodeResponsesRequest } from './encode-request.ts';
import { encodeResponsesResponse } from './encode-response.ts';
import { encodeResponsesStream } from './encode-stream.ts';
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
