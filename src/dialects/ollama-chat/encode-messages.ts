import type { ContentPart, Media, Message, ToolCallPart, ToolResultPart, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { argumentsObject } from '../arguments-object.ts';
import { warnOfUnmarkedError } from '../left-out.ts';
import { flatToolName } from '../tools/tool-name.ts';

export function encodeMessages(messages: readonly Message[], warnings: Warning[]): readonly JsonObject[] {
  const names = toolNames(messages);
  return messages.flatMap((message): readonly JsonObject[] => {
    if (message.role === 'tool') return message.content.map((result) => encodeResult(result, names, warnings));
    const spoken = { role: message.role, ...encodeSpoken(message.content, warnings) };
    if (message.role !== 'assistant') return [spoken];
    const thinking = thoughtsIn(message.content);
    const calls = message.content.filter((part) => part.type === 'tool-call').map(encodeCall);
    return [
      {
        ...spoken,
        ...(thinking === '' ? {} : { thinking }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      },
    ];
  });
}

function toolNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(({ role, content }) => (role === 'assistant' ? content : []));
  return new Map(calls.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name]] : [])));
}

function encodeResult(result: ToolResultPart, names: ReadonlyMap<string, string>, warnings: Warning[]): JsonObject {
  const { callId, name, content } = result;
  warnOfUnmarkedError(result, warnings);
  const toolName = names.get(callId) ?? name ?? '';
  return { role: 'tool', ...encodeSpoken(content, warnings), tool_name: toolName, tool_call_id: callId };
}

/** Text is one string here, with images beside it. */
export function encodeSpoken(parts: readonly ContentPart[], warnings: Warning[]): JsonObject {
  const images = parts.flatMap((part) => (part.type === 'image' ? imageOf(part.media, warnings) : []));
  const content = parts.flatMap((part) => textOf(part, warnings)).join('\n');
  return { content, ...(images.length === 0 ? {} : { images }) };
}

function textOf(part: ContentPart, warnings: Warning[]): readonly string[] {
  if (part.type === 'text' || part.type === 'refusal') return [part.text];
  if (part.type === 'audio' && part.transcript !== null) return [part.transcript];
  if (part.type === 'file' || part.type === 'audio' || part.type === 'video' || part.type === 'opaque') {
    const name = part.type === 'opaque' ? part.name : part.type;
    warnings.push({ field: 'messages', message: `Ollama takes text and images: a part (${name}) was left out.` });
  }
  return [];
}

function imageOf(media: Media, warnings: Warning[]): readonly string[] {
  if (media.kind === 'base64') return [media.base64];
  warnings.push({
    field: 'messages',
    message: 'Ollama fetches no images: one that is not in the request was left out.',
  });
  return [];
}

/** Sealed thoughts are for their makers. */
function thoughtsIn(parts: readonly ContentPart[]): string {
  return parts.flatMap((part) => (part.type === 'reasoning' && part.seal === null ? [part.text] : [])).join('\n');
}

export function encodeCall(call: ToolCallPart, index: number): JsonObject {
  return { id: call.id, function: { index, name: flatToolName(call), arguments: argumentsObject(call.input) } };
}
