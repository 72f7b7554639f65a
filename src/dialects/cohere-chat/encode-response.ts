import type { ChatResponse, ContentPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { isPlan } from './assistant.ts';
import { encodeCitation } from './citations.ts';
import { encodeCall } from './encode-messages.ts';
import { writeLogprob } from './logprobs.ts';
import { readFinish, writeFinish, writeUsage } from './usage.ts';

export function encodeResponse({ id, choices, usage }: ChatResponse, context: AnswerContext): JsonObject {
  const [first] = choices;
  return {
    id: id ?? context.exchangeId,
    finish_reason: writeFinish(first?.finish ?? readFinish(null), first?.stopSequence ?? null),
    message: encodeMessage(first?.content ?? []),
    ...(usage === null ? {} : { usage: writeUsage(usage) }),
    ...(first?.logprobs == null ? {} : { logprobs: first.logprobs.map(writeLogprob) }),
  };
}

function encodeMessage(parts: readonly ContentPart[]): JsonObject {
  const said = parts.filter((part) => part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning');
  const items = said.filter((part) => part.type !== 'reasoning' || !isPlan(part));
  const plan = said.filter((part) => part.type === 'reasoning' && isPlan(part)).map(({ text }) => text);
  const calls = parts.filter((part) => part.type === 'tool-call').map(encodeCall);
  const citations = items.flatMap((part, index) =>
    part.type === 'text' ? (part.citations ?? []).map((citation) => encodeCitation(citation, part.text, index)) : [],
  );
  return {
    role: 'assistant',
    ...(items.length === 0 ? {} : { content: items.map(encodeItem) }),
    ...(plan.length === 0 ? {} : { tool_plan: plan.join('') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(citations.length === 0 ? {} : { citations }),
  };
}

function encodeItem({ type, text }: { readonly type: string; readonly text: string }): JsonObject {
  return type === 'reasoning' ? { type: 'thinking', thinking: text } : { type: 'text', text };
}
