import type { ChatResponse, Choice, ContentPart, Extensions, Seal, ToolCallPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { isSearch, opaqueBlocks } from '../anthropic/web-search.ts';
import { argumentsObject } from '../arguments-object.ts';
import type { AnswerContext } from '../dialect.ts';
import { writeSeal } from '../seal.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { encodeCitation } from './citations.ts';
import { decodeAssistant } from './content.ts';
import { sentId } from './encoding.ts';
import { stopReason, unifiedReason } from './finish-reason.ts';
import { OWN, ownOf, textOrNull } from './own.ts';
import { readUsage, writeUsage } from './usage.ts';

/** Members of a message that only Anthropic has, beside content and usage: those known at its end, and at its beginning. */
const END_FIELDS = ['container', 'context_management', 'stop_details'] as const;
const HEAD_FIELDS = ['diagnostics'] as const;

export function decodeResponse(body: JsonObject): ChatResponse | null {
  const { content, usage } = body;
  if (!Array.isArray(content) || body['type'] === 'error') return null;
  const raw = textOrNull(body['stop_reason']);
  const extensions = ownEnding(body);
  return {
    ...decodeHead(body),
    choices: [
      {
        index: 0,
        content: decodeAssistant(content),
        finish: { unified: raw === null ? 'other' : unifiedReason(raw), raw },
        stopSequence: textOrNull(body['stop_sequence']),
        logprobs: null,
        ...(extensions === null ? {} : { extensions }),
      },
    ],
    usage: readUsage(usage),
  };
}

/** What a message says of itself, in a plain answer and at the beginning of a stream. */
export function decodeHead(message: JsonObject): Omit<ChatResponse, 'choices' | 'usage'> {
  const { usage } = message;
  const tier = isJsonObject(usage) ? textOrNull(usage['service_tier']) : null;
  const own = ownMembers(message, HEAD_FIELDS);
  return {
    id: textOrNull(message['id']),
    model: textOrNull(message['model']),
    createdS: null,
    serviceTier: tier === 'standard' ? 'default' : tier,
    ...(own === null ? {} : { extensions: own }),
  };
}

/** What only Anthropic says of an answer's end; null: nothing. */
export function ownEnding(message: JsonObject): Extensions | null {
  return ownMembers(message, END_FIELDS);
}

function ownMembers(message: JsonObject, names: readonly string[]): Extensions | null {
  let own: Record<string, unknown> | null = null;
  for (const name of names) {
    const value = message[name];
    if (value === undefined || value === null) continue;
    own ??= {};
    own[name] = value;
  }
  return own === null ? null : { [OWN]: own };
}

export function encodeResponse(response: ChatResponse, context: AnswerContext): JsonObject {
  const choice = response.choices[0];
  const content = (choice?.content ?? []).flatMap(encodeAnswerPart);
  return {
    ...messageHead(response, context),
    content,
    stop_reason: choice === undefined ? 'end_turn' : endingOf(choice),
    stop_sequence: choice?.stopSequence ?? null,
    ...endFields(choice?.extensions),
    diagnostics: ownOf(response.extensions)['diagnostics'] ?? null,
    usage: writeUsage(response.usage, response.serviceTier, content.filter(isSearch).length),
  };
}

/** What a message begins with, in a plain answer and in `message_start`. */
export function messageHead({ id, model }: Pick<ChatResponse, 'id' | 'model'>, context: AnswerContext): JsonObject {
  return {
    id: id?.startsWith('msg_') ? id : `msg_${id ?? context.exchangeId}`,
    type: 'message',
    role: 'assistant',
    model: model ?? context.received.model,
  };
}

/** What is known at the end only. */
export function endFields(extensions: Extensions | undefined): JsonObject {
  const own = ownOf(extensions);
  return {
    stop_details: own['stop_details'] ?? null,
    container: own['container'] ?? null,
    context_management: own['context_management'] ?? null,
  };
}

function endingOf({ finish, stopSequence, content }: Choice): string {
  const hasCalls = content.some(({ type }) => type === 'tool-call');
  return stopReason({ finish, stopSequence, hasCalls, hasRefusal: content.some(({ type }) => type === 'refusal') });
}

/** Blocks for a client. What no block can hold (an image that a model drew) is not there. */
function encodeAnswerPart(part: ContentPart): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return [
        ...textBlock(part.text, (part.citations ?? []).map(encodeCitation)),
        ...sealBlock(part.seal ?? null, null),
      ];
    case 'refusal':
      return textBlock(part.text, []);
    case 'reasoning':
      return thoughtBlock(part.text, part.seal);
    case 'tool-call': {
      const input = part.kind === 'custom' ? { input: part.input } : argumentsObject(part.input);
      return [{ ...callBlock(part), input, ...ownOf(part.extensions) }, ...sealBlock(part.seal ?? null, part.id)];
    }
    case 'opaque':
      return opaqueBlocks(part);
    default:
      return [];
  }
}

function textBlock(text: string, citations: readonly JsonObject[]): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'text', text, citations: citations.length === 0 ? null : citations }];
}

export function callBlock(call: Pick<ToolCallPart, 'id' | 'name' | 'namespace'>): JsonObject {
  return { type: 'tool_use', id: sentId(call.id), name: flatToolName(call), input: {}, caller: { type: 'direct' } };
}

/** A thought without text is a hidden one, if its seal is the whole of it. */
function thoughtBlock(text: string, seal: Seal | null): readonly JsonObject[] {
  if (text === '' && seal === null) return [];
  const signature = seal === null ? '' : writeSeal(seal, 'anthropic-claude-v1');
  if (text === '' && seal?.isWhole) return [{ type: 'redacted_thinking', data: signature }];
  return [{ type: 'thinking', thinking: text, signature }];
}

/**
 * What another maker signed that is no thought (Gemini signs calls, and refuses them without): Anthropic's clients echo
 * hidden thoughts unread, so the seal goes in one behind the block that it belongs to, and `decodeAssistant` puts it
 * back. A call's has its id: Claude Code puts calls last in what it echoes.
 */
export function sealBlock(seal: Seal | null, callId: string | null): readonly JsonObject[] {
  if (seal === null || seal.format === 'anthropic-claude-v1') return [];
  const borne = { ...seal, isWhole: false, id: callId === null ? null : sentId(callId) };
  return [{ type: 'redacted_thinking', data: writeSeal(borne, 'anthropic-claude-v1') }];
}
