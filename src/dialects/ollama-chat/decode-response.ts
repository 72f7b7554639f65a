import type { ChatResponse, ContentPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asObjects, asText } from '../loosely.ts';
import { callIdOf, readCreatedAt } from './created-at.ts';
import { decodeCall } from './decode-messages.ts';
import { readLogprobs } from './logprobs.ts';
import type { OllamaShape } from './shape.ts';
import { readFinish, readUsage } from './usage.ts';

export function decodeResponse(body: JsonObject, shape: OllamaShape): ChatResponse | null {
  const said = shape.read(body);
  if (said === null) return null;
  const thinking = asText(said['thinking']) ?? '';
  const text = asText(said['content']) ?? '';
  const calls = asObjects(said['tool_calls']).map((call, index) =>
    decodeCall(call, callIdOf(body['created_at'], index)),
  );
  const content: ContentPart[] = [];
  if (thinking !== '') content.push({ type: 'reasoning', text: thinking, isSummary: false, seal: null });
  if (text !== '') content.push({ type: 'text', text });
  content.push(...calls);
  return {
    id: null,
    model: asText(body['model']),
    createdS: readCreatedAt(body['created_at']),
    choices: [
      {
        index: 0,
        content,
        finish: readFinish(body['done_reason'], calls.length > 0),
        stopSequence: null,
        logprobs: readLogprobs(body['logprobs']),
      },
    ],
    usage: readUsage(body),
    serviceTier: null,
  };
}
