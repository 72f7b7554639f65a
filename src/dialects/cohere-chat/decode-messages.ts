import { type ContentPart, GatewayError, type Message, type TextPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { type FieldRules, isList, isText, isTextOrList, requireFields, wrongType } from '../fields.ts';
import { asObject, asText } from '../loosely.ts';
import { readUrl } from '../media.ts';
import { readAssistant } from './assistant.ts';
import { documentText } from './documents.ts';

const RULES: FieldRules = [
  ['content', isTextOrList],
  ['tool_calls', isList],
  ['tool_plan', isText],
  ['tool_call_id', isText],
  ['citations', isList],
];

export function decodeMessages(messages: readonly JsonObject[]): readonly Message[] {
  const calls = new Map<string, string>();
  return messages.map((message, index): Message => {
    const at = `messages[${index}]`;
    requireFields(message, RULES, `${at}.`);
    const { role, content } = message;
    if (role === 'system') return { role, rank: 'system', content: readParts(content, at).filter(isTextPart) };
    if (role === 'user') return { role, content: readParts(content, at), name: null };
    if (role === 'assistant') {
      const parts = readAssistant(message);
      for (const part of parts) if (part.type === 'tool-call') calls.set(part.id, part.name);
      return { role, content: parts, name: null };
    }
    if (role !== 'tool') throw wrongType(`${at}.role`, 'one of system, user, assistant, tool', role);
    return decodeResult(message, calls, at);
  });
}

function decodeResult(message: JsonObject, calls: ReadonlyMap<string, string>, at: string): Message {
  const callId = asText(message['tool_call_id']);
  const param = `${at}.tool_call_id`;
  if (callId === null) throw wrongType(param, 'a string', message['tool_call_id']);
  const name = calls.get(callId);
  if (name === undefined) {
    throw new GatewayError('invalid_request', `'${param}' names no tool call before it: ${callId}.`, { param });
  }
  const content = readParts(message['content'], at);
  return { role: 'tool', content: [{ type: 'tool-result', callId, name, kind: 'function', content, isError: false }] };
}

function readParts(content: unknown, at: string): readonly ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.map((part: unknown, index) => {
    if (!isJsonObject(part)) throw wrongType(`${at}.content[${index}]`, 'an object', part);
    return readPart(part);
  });
}

function readPart(part: JsonObject): ContentPart {
  switch (part['type']) {
    case 'text':
      return { type: 'text', text: asText(part['text']) ?? '' };
    case 'image_url': {
      const image = asObject(part['image_url']);
      return { type: 'image', ...readUrl(asText(image?.['url']) ?? ''), detail: asText(image?.['detail']) };
    }
    // What a tool found, to be cited: other models read it as text.
    case 'document':
      return { type: 'text', text: documentText(part['document']), extensions: { 'cohere-chat': part } };
    default:
      return { type: 'opaque', dialect: 'cohere-chat', name: asText(part['type']) ?? 'part', raw: part };
  }
}

function isTextPart(part: ContentPart): part is TextPart {
  return part.type === 'text';
}
