import type { Dialect } from '../dialect.ts';
import { commentIn } from '../framing/framing.ts';
import { encodeGoogleError, encodeGoogleErrorEvent } from '../google/error.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { decodeStream } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { encodeStream } from './encode-stream.ts';
import { readGenerateRequest } from './request.ts';
import { spliceGenerate } from './splice.ts';

export const geminiGenerate: Dialect = {
  id: 'gemini-generate',
  framing: 'sse',
  ending: 'finish',
  words: null,
  forwards: [],
  readRequest: readGenerateRequest,
  spliceRequest: spliceGenerate,
  encodeError: encodeGoogleError,
  encodeErrorEvent: encodeGoogleErrorEvent,
  keepAlive: commentIn,
  threading: null,
  chat: { decodeRequest, encodeResponse, encodeStream, encodeRequest, decodeResponse, decodeStream },
  embedding: null,
};
