import { type ContentPart, GatewayError, type Message, type ToolCallPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { type FieldRules, isList, isText, requireFields, wrongType } from '../fields.ts';
import { asObject, asObjects, asText, asTexts } from '../loosely.ts';
import { readUrl } from '../media.ts';

const RULES: FieldRules = [
  ['content', isText],
  ['thinking', isText],
  ['images', isList],
  ['tool_calls', isList],
  ['tool_name', isText],
  ['tool_call_id', isText],
];

/** Most clients leave ids out: results belong to the calls of their name, or of their place in the order. */
export function decodeMessages(messages: readonly JsonObject[]): readonly Message[] {
  const open: ToolCallPart[] = [];
  return messages.map((message, index) => {
    const at = `messages[${index}]`;
    requireFields(message, RULES, `${at}.`);
    const role = asText(message['role'])?.toLowerCase();
    if (role === 'user') return { role, content: spokenParts(message), name: null };
    if (role === 'system') return { role, rank: 'system', content: textParts(message) };
    if (role === 'assistant') {
      const calls = asObjects(message['tool_calls']).map((call, place) => decodeCall(call, `call_${index}_${place}`));
      open.push(...calls);
      return { role, content: [...thoughts(message), ...spokenParts(message), ...calls], name: null };
    }
    if (role !== 'tool') throw wrongType(`${at}.role`, 'one of system, user, assistant, tool', message['role']);
    const call = takeCall(open, message, at);
    const content = [
      {
        type: 'tool-result',
        callId: call.id,
        name: asText(message['tool_name']) ?? call.name,
        kind: 'function',
        content: spokenParts(message),
        isError: false,
      } as const,
    ];
    return { role, content };
  });
}

/** Finds the call that a result answers, and takes it out of those still open. */
function takeCall(open: ToolCallPart[], message: JsonObject, at: string): ToolCallPart {
  const id = asText(message['tool_call_id']);
  const name = asText(message['tool_name']);
  const byId = id === null || id === '' ? -1 : open.findIndex((call) => call.id === id);
  const byName = name === null || name === '' ? 0 : open.findIndex((call) => call.name === name);
  const [call] = open.splice(byId === -1 ? Math.max(0, byName) : byId, 1);
  if (call !== undefined) return call;
  throw new GatewayError('invalid_request', `${at}: a tool's result without a tool call before it.`, { param: at });
}

export function decodeCall(call: JsonObject, otherwise: string): ToolCallPart {
  const called = asObject(call['function']) ?? {};
  const { arguments: input } = called;
  return {
    type: 'tool-call',
    id: asText(call['id']) || otherwise,
    name: asText(called['name']) ?? '',
    kind: 'function',
    namespace: null,
    input: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
  };
}

function thoughts(message: JsonObject): readonly ContentPart[] {
  const text = asText(message['thinking']) ?? '';
  return text === '' ? [] : [{ type: 'reasoning', text, isSummary: false, seal: null }];
}

function textParts(message: JsonObject): readonly { readonly type: 'text'; readonly text: string }[] {
  const text = asText(message['content']) ?? '';
  return text === '' ? [] : [{ type: 'text', text }];
}

export function spokenParts(message: JsonObject): readonly ContentPart[] {
  return [...textParts(message), ...asTexts(message['images']).map(decodeImage)];
}

/** Bare base64, of whatever kind of image; clients also put data URLs there. */
function decodeImage(image: string): ContentPart {
  const { media, mediaType } = /^(data|https?):/.test(image)
    ? readUrl(image)
    : { media: { kind: 'base64' as const, base64: image }, mediaType: mediaTypeOf(image) };
  return { type: 'image', media, mediaType, detail: null };
}

/** First bytes of the usual formats, in base64: other dialects want the type named. */
const MAGIC: readonly (readonly [start: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

function mediaTypeOf(base64: string): string | null {
  return MAGIC.find(([start]) => base64.startsWith(start))?.[1] ?? null;
}
