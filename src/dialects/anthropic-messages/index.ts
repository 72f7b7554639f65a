import type { Dialect } from '../dialect.ts';
import { spliceBody } from '../splice.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeStream } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeStream } from './encode-stream.ts';
import { encodeError, encodeErrorEvent } from './error.ts';
import { readMessagesRequest } from './request.ts';
import { decodeResponse, encodeResponse } from './response.ts';

export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  readRequest: readMessagesRequest,
  spliceRequest: spliceBody,
  encodeError,
  encodeErrorEvent,
  chat: { decodeRequest, encodeResponse, encodeStream, encodeRequest, decodeResponse, decodeStream },
  embedding: null,
};
