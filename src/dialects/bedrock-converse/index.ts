import { encodeBedrockError, encodeBedrockErrorEvent } from '../bedrock/error.ts';
import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { decodeConverseRequest } from './decode-request.ts';
import { decodeConverseResponse } from './decode-response.ts';
import { decodeConverseStream } from './decode-stream.ts';
import { encodeConverseRequest } from './encode-request.ts';
import { encodeConverseResponse } from './encode-response.ts';
import { encodeConverseStream } from './encode-stream.ts';
import { readConverseRequest, spliceConverseRequest } from './request.ts';

export const bedrockConverse: Dialect = {
  id: 'bedrock-converse',
  framing: 'aws-event-stream',
  ending: 'event',
  words: null,
  forwards: [],
  readRequest: readConverseRequest,
  spliceRequest: spliceConverseRequest,
  encodeError: encodeBedrockError,
  encodeErrorEvent: encodeBedrockErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: {
    decodeRequest: decodeConverseRequest,
    encodeResponse: encodeConverseResponse,
    encodeStream: encodeConverseStream,
    encodeRequest: encodeConverseRequest,
    decodeResponse: decodeConverseResponse,
    decodeStream: decodeConverseStream,
  },
  embedding: null,
};
