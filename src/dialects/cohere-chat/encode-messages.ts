import type { Citation, ContentPart, Message, ReasoningPart, ToolCallPart, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { warnOfUnmarkedError } from '../left-out.ts';
import { writeUrl } from '../media.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { isPlan } from './assistant.ts';

/** `thinks`: thoughts may go to this model; one that does not think had them as plans of its tool calls. */
export function encodeMessages(
  messages: readonly Message[],
  thinks: boolean,
  warnings: Warning[],
): readonly JsonObject[] {
  return messages.flatMap((message): readonly JsonObject[] => {
    const { role } = message;
    if (role === 'assistant') return [encodeAssistant(message.content, thinks, warnings)];
    if (role !== 'tool') return [{ role, content: encodeParts(message.content, warnings) }];
    return message.content.map((result) => {
      warnOfUnmarkedError(result, warnings);
      return { role, tool_call_id: result.callId, content: encodeParts(result.content, warnings) };
    });
  });
}

/** Text alone is a string. */
function encodeParts(parts: readonly ContentPart[], warnings: Warning[]): string | readonly JsonObject[] {
  const [first] = parts;
  if (first === undefined) return '';
  if (parts.length === 1 && first.type === 'text' && first.extensions?.['cohere-chat'] === undefined) return first.text;
  const encoded = parts.flatMap((part) => encodePart(part, warnings));
  return encoded.length === 0 ? '' : encoded;
}

function encodePart(part: ContentPart, warnings: Warning[]): readonly JsonObject[] {
  const own = part.type === 'text' ? part.extensions?.['cohere-chat'] : undefined;
  if (own !== undefined) return [own];
  if (part.type === 'text' || part.type === 'refusal') return [{ type: 'text', text: part.text }];
  if (part.type === 'opaque' && part.dialect === 'cohere-chat') return [part.raw];
  const url = part.type === 'image' ? writeUrl(part.media, part.mediaType ?? 'image/png') : null;
  if (part.type === 'image' && url !== null) {
    return [{ type: 'image_url', image_url: { url, ...(part.detail === null ? {} : { detail: part.detail }) } }];
  }
  if (part.type === 'reasoning') return [];
  const name = part.type === 'opaque' ? part.name : part.type;
  warnings.push({ field: 'messages', message: `Cohere takes text and images: a part (${name}) was left out.` });
  return [];
}

function encodeAssistant(parts: readonly ContentPart[], thinks: boolean, warnings: Warning[]): JsonObject {
  const calls = parts.filter((part) => part.type === 'tool-call');
  const hasCalls = calls.length > 0;
  const thoughts = parts.filter((part) => part.type === 'reasoning');
  const plan = thoughts.filter((part) => isPlanned(part, hasCalls, thinks)).map(({ text }) => text);
  const items = parts.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'tool-call') return [];
    if (part.type !== 'reasoning') return encodePart(part, warnings);
    return thinks && part.seal === null && !isPlan(part) ? [{ type: 'thinking', thinking: part.text }] : [];
  });
  const citations = parts.flatMap((part) => (part.type === 'text' ? ownCitations(part.citations ?? []) : []));
  const [only] = items;
  const content = items.length === 1 && only?.['type'] === 'text' ? only['text'] : items;
  return {
    role: 'assistant',
    ...(items.length === 0 && hasCalls ? {} : { content }),
    ...(plan.length === 0 ? {} : { tool_plan: plan.join('') }),
    ...(hasCalls ? { tool_calls: calls.map(encodeCall) } : {}),
    ...(citations.length === 0 ? {} : { citations }),
  };
}

function isPlanned(part: ReasoningPart, hasCalls: boolean, thinks: boolean): boolean {
  return isPlan(part) || (hasCalls && !thinks && part.seal === null);
}

function ownCitations(citations: readonly Citation[]): readonly JsonObject[] {
  return citations.map(({ extensions }) => extensions?.['cohere-chat']).filter((own) => own !== undefined);
}

export function encodeCall(call: Pick<ToolCallPart, 'id' | 'name' | 'namespace' | 'input'>): JsonObject {
  return { id: call.id, type: 'function', function: { name: flatToolName(call), arguments: call.input } };
}
