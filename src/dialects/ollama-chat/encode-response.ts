import type { ChatResponse } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { writeCreatedAt } from './created-at.ts';
import { encodeCall } from './encode-messages.ts';
import { writeLogprobs } from './logprobs.ts';
import type { OllamaShape } from './shape.ts';
import { writeFinish, writeUsage } from './usage.ts';

export function encodeResponse(response: ChatResponse, context: AnswerContext, shape: OllamaShape): JsonObject {
  const [first] = response.choices;
  const parts = first?.content ?? [];
  const thinking = parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : [])).join('');
  const content = parts.flatMap((part) => (part.type === 'text' || part.type === 'refusal' ? [part.text] : []));
  const calls = parts.filter((part) => part.type === 'tool-call').map(encodeCall);
  const said = {
    content: content.join(''),
    ...(thinking === '' ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    model: response.model ?? context.request.model,
    created_at: writeCreatedAt(response.createdS ?? context.startedS),
    ...shape.write(said),
    done: true,
    done_reason: writeFinish(first?.finish ?? { unified: 'stop', raw: null }),
    ...writeUsage(response.usage),
    ...(first?.logprobs == null ? {} : { logprobs: writeLogprobs(first.logprobs) }),
  };
}
