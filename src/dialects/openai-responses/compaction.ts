import { type ChatRequest, type ChatResponse, type Message, noUsage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, ReceivedRequest } from '../dialect.ts';
import { asObjects } from '../loosely.ts';
import { itemId, responseId } from '../openai-responses-answers/ids.ts';
import { encodeUsage } from '../openai-responses-answers/usage.ts';
import { wrapSummary } from '../openai-responses-items/summary.ts';
import { decodeResponsesRequest } from './decode-request.ts';

const WISH = `Write a summary of this conversation from which another assistant can carry on the work without having seen \
it. Keep what was asked for and why, decisions and their reasons, facts, names, numbers, paths and identifiers word for \
word, what has been done and with what result, and what is left to do. Write the summary only.`;

/**
 * POST /responses/compact for models of every maker: what OpenAI encrypts is a summary here, in our wrapping. This is
 * the request that asks the model for it; tools are named no more, there is nothing to call.
 */
export function summaryRequest(received: ReceivedRequest): ChatRequest {
  const request = decodeResponsesRequest(received);
  const wish: Message = { role: 'user', content: [{ type: 'text', text: WISH }], name: null };
  return { ...request, messages: [...request.messages, wish], tools: [], toolChoice: null, stream: false };
}

/** What the user said stays word for word, as OpenAI keeps it; the summary stands for all the rest. */
export function encodeCompaction(response: ChatResponse, context: AnswerContext): JsonObject {
  const { exchangeId, startedS, received } = context;
  const kept = asObjects(received.body['input']).filter(isOfUser);
  const summary = (response.choices[0]?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
  return {
    id: responseId(exchangeId),
    object: 'response.compaction',
    created_at: Math.floor(response.createdS ?? startedS),
    output: [
      ...kept.map((item, index) => keptMessage(item, itemId('msg', exchangeId, index))),
      { id: itemId('cmp', exchangeId, kept.length), type: 'compaction', encrypted_content: wrapSummary(summary) },
    ],
    usage: encodeUsage(response.usage ?? noUsage),
  };
}

function isOfUser({ type, role }: JsonObject): boolean {
  return role === 'user' && (type === undefined || type === null || type === 'message');
}

function keptMessage({ id, content }: JsonObject, ownId: string): JsonObject {
  return {
    id: typeof id === 'string' ? id : ownId,
    type: 'message',
    status: 'completed',
    role: 'user',
    content: typeof content === 'string' ? [{ type: 'input_text', text: content }] : content,
  };
}
