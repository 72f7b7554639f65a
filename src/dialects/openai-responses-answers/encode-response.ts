import type { ChatResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { asObject } from '../loosely.ts';
import { ownOf } from '../openai-responses-items/own.ts';
import { streamOfResponse } from '../stream-of-response.ts';
import { AnswerEncoder } from './answer-encoder.ts';

/** The response that ends the stream of the same answer: both ways give the same object. */
export function encodeResponsesResponse(response: ChatResponse, context: AnswerContext): JsonObject {
  let last: JsonObject | null = null;
  const encoder = new AnswerEncoder(context, (_, { response }) => {
    last = asObject(response);
  });
  const parts = streamOfResponse(response);
  // Probabilities stand with the text that they are of.
  for (const part of parts) if (part.type === 'logprobs') encoder.push(part);
  for (const part of parts) if (part.type !== 'logprobs') encoder.push(part);
  const encoded: JsonObject = last ?? encoder.response('completed', null, null);
  const error = ownOf(response)?.['error'];
  return encoded['status'] === 'failed' && error !== undefined ? { ...encoded, error } : encoded;
}
