import { spliceMessages } from '../anthropic/splice.ts';
import type { Dialect } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeStream } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeStream, ping } from './encode-stream.ts';
import { encodeError, encodeErrorEvent } from './error.ts';
import { readMessagesRequest } from './request.ts';
import { decodeResponse, encodeResponse } from './response.ts';

export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  framing: 'sse',
  ending: 'event',
  words: null,
  forwards: ['anthropic-beta', 'anthropic-version'],
  readRequest: readMessagesRequest,
  spliceRequest: spliceMessages,
  encodeError,
  encodeErrorEvent,
  keepAlive: ping,
  threading: null,
  chat: { decodeRequest, encodeResponse, encodeStream, encodeRequest, decodeResponse, decodeStream },
  embedding: null,
};
