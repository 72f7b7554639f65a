import type { ChatResponse, StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { closeChoices, openAnswer, takeAnswer } from './decode-stream.ts';

/** A whole answer is read as a stream of one chunk, so that both are read alike. */
export function decodeChatResponse(body: JsonObject): ChatResponse | null {
  const { choices, usage } = body;
  if (!Array.isArray(choices) || (choices.length === 0 && usage === undefined)) return null;
  const state = openAnswer();
  const parts: StreamPart[] = [];
  takeAnswer(state, body, 'message', parts);
  closeChoices(state, parts);
  return responseOfStream(parts);
}
