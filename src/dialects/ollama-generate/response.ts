import type { ChatResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { decodeResponse as decode } from '../ollama-chat/decode-response.ts';
import { encodeResponse as encode } from '../ollama-chat/encode-response.ts';
import { generateShape } from '../ollama-chat/shape.ts';

/** `context`, the conversation as token numbers for the next call, is for Ollama alone. */
export function decodeResponse(body: JsonObject): ChatResponse | null {
  const response = decode(body, generateShape);
  const { context } = body;
  if (response === null || !Array.isArray(context)) return response;
  return { ...response, extensions: { 'ollama-generate': { context } } };
}

export function encodeResponse(response: ChatResponse, context: AnswerContext): JsonObject {
  return { ...encode(response, context, generateShape), ...response.extensions?.['ollama-generate'] };
}
