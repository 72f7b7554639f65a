import type { ChatResponse, ContentPart, TokenLogprob } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { readUsage } from '../openai-chat/usage.ts';
import { decodeAnnotations } from '../openai-responses-items/citations.ts';
import { opaque } from '../openai-responses-items/decode-content.ts';
import { own } from '../openai-responses-items/own.ts';
import { sealOfItem, thoughtsIn } from '../openai-responses-items/reasoning-item.ts';
import { decodeFinish } from './finish-reason.ts';
import { decodeLogprobs } from './logprobs.ts';

export function decodeResponsesResponse(body: JsonObject): ChatResponse | null {
  if (!Array.isArray(body['output'])) return null;
  const items = asObjects(body['output']);
  const model = asText(body['model']);
  const content = items.flatMap((item) => decodeOutputItem(item, model));
  const logprobs = items.flatMap(logprobsOf);
  const error = asObject(body['error']);
  return {
    id: asText(body['id']),
    model,
    createdS: asNumber(body['created_at']),
    choices: [
      {
        index: 0,
        content,
        finish: decodeFinish(body, content.some(isCall)),
        stopSequence: null,
        logprobs: logprobs.length === 0 ? null : logprobs,
      },
    ],
    usage: readUsage(body['usage']),
    serviceTier: asText(body['service_tier']),
    ...(error === null ? {} : own({ error })),
  };
}

function isCall({ type }: ContentPart): boolean {
  return type === 'tool-call';
}

function logprobsOf({ content }: JsonObject): readonly TokenLogprob[] {
  return asObjects(content).flatMap((part) => decodeLogprobs(part['logprobs']));
}

/** An item of the answer as parts; what has no canonical form stays as it is. */
export function decodeOutputItem(item: JsonObject, model: string | null): readonly ContentPart[] {
  const type = asText(item['type']);
  switch (type) {
    case 'message':
      return decodeMessage(item);
    case 'reasoning':
      return decodeThought(item, model);
    case 'function_call':
    case 'custom_tool_call':
      return [decodeCall(item)];
    case null:
      return [];
    default:
      return [opaque(item, type)];
  }
}

function decodeMessage(item: JsonObject): readonly ContentPart[] {
  const phase = phaseOf(item);
  return asObjects(item['content']).flatMap((part): ContentPart[] => {
    const refusal = asText(part['refusal']);
    if (refusal !== null) return [{ type: 'refusal', text: refusal }];
    const text = asText(part['text']);
    if (text === null) return [];
    const citations = decodeAnnotations(part['annotations']);
    return [{ type: 'text', text, ...(citations.length === 0 ? {} : { citations }), ...phase }];
  });
}

/** OpenAI tells comments on the way from the final answer; its models want to see that again. */
export function phaseOf({ phase }: JsonObject): ReturnType<typeof own> | null {
  return typeof phase === 'string' ? own({ phase }) : null;
}

/** Without the members that only a request has use for: the same parts as a stream brings. */
function decodeThought(item: JsonObject, model: string | null): readonly ContentPart[] {
  const seal = sealOfItem(item, model);
  const thoughts = thoughtsIn(item);
  return thoughts.flatMap(({ text, isSummary }, index): ContentPart[] => {
    const isLast = index === thoughts.length - 1;
    if (text === '' && (!isLast || seal === null)) return [];
    return [{ type: 'reasoning', text, isSummary, seal: isLast ? seal : null }];
  });
}

function decodeCall(item: JsonObject): ContentPart {
  const { id, name, kind, namespace } = callOf(item);
  const input = asText(item['arguments']) ?? asText(item['input']);
  return { type: 'tool-call', id, name, kind, namespace, input: input ?? argumentsOf(item) };
}

/** Arguments are text; a server that sends them as an object is understood. */
function argumentsOf(item: JsonObject): string {
  const given = item['arguments'];
  return isJsonObject(given) ? JSON.stringify(given) : '';
}

export function callOf(item: JsonObject): {
  readonly id: string;
  readonly name: string;
  readonly kind: 'function' | 'custom';
  readonly namespace: string | null;
} {
  return {
    id: asText(item['call_id']) ?? asText(item['id']) ?? '',
    name: asText(item['name']) ?? '',
    kind: item['type'] === 'custom_tool_call' ? 'custom' : 'function',
    namespace: asText(item['namespace']),
  };
}
