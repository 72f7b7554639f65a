import {
  type ContentPart,
  GatewayError,
  type Message,
  type ReasoningPart,
  type TextPart,
  type ToolCallPart,
} from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { asText } from '../loosely.ts';
import { cacheMarkOf, keepOthers, own, ownOf } from '../openai/own.ts';
import { decodeContent } from './content.ts';
import { decodeDetails, readDetails, readExtraContent, type ThoughtDetail } from './thoughts.ts';
import { decodeToolCalls } from './tool-calls.ts';

const SYSTEM: ReadonlySet<string> = new Set(['role', 'content']);
const USER: ReadonlySet<string> = new Set(['role', 'content', 'name']);
const TOOL: ReadonlySet<string> = new Set(['role', 'content', 'name', 'tool_call_id']);
const ASSISTANT: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'audio',
  'tool_calls',
  'function_call',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
]);

const ASSISTANT_UNTHOUGHT: ReadonlySet<string> = new Set([...ASSISTANT].filter((name) => name !== 'reasoning_content'));

/** What was called so far: a result must belong to a call, and old function messages name it by its function only. */
type Calls = Map<string, ToolCallPart>;

export function decodeMessages(messages: readonly unknown[]): Message[] {
  const calls: Calls = new Map();
  return messages.map((message, index) => decodeMessage(message, `messages[${index}]`, calls));
}

function decodeMessage(message: unknown, at: string, calls: Calls): Message {
  if (!isJsonObject(message)) throw wrongType(at, 'an object', message);
  const { role } = message;
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', rank: role, content: decodeTexts(message, at), ...keepOthers(message, SYSTEM) };
    case 'user': {
      const content = markLast(decodeContent(message['content'], `${at}.content`), message);
      return { role: 'user', content, name: asText(message['name']), ...keepOthers(message, USER) };
    }
    case 'assistant':
      return decodeAssistant(message, at, calls);
    case 'tool':
    case 'function':
      return decodeResult(message, at, role, calls);
    case undefined:
      throw missingField(`${at}.role`);
    default: {
      const param = `${at}.role`;
      const roles = "'system', 'developer', 'user', 'assistant', 'tool' and 'function'";
      const text = `Invalid value for '${param}': ${JSON.stringify(role)}. Supported values are ${roles}.`;
      throw new GatewayError('invalid_request', text, { param });
    }
  }
}

function decodeTexts(message: JsonObject, at: string): readonly TextPart[] {
  const content = markLast(decodeContent(message['content'], `${at}.content`), message);
  return content.map((part, index) => {
    if (part.type === 'text') return part;
    const param = `${at}.content[${index}]`;
    throw new GatewayError('invalid_request', `Invalid '${param}': instructions are text.`, { param });
  });
}

function decodeAssistant(message: JsonObject, at: string, calls: Calls): Message {
  const made = decodeToolCalls(message, at);
  for (const call of made) calls.set(call.id, call);
  const content = message['content'] === '' ? [] : decodeContent(message['content'], `${at}.content`);
  const { refusal, audio } = message;
  if (typeof refusal === 'string' && refusal !== '') content.push({ type: 'refusal', text: refusal });
  const audioId = isJsonObject(audio) ? asText(audio['id']) : null;
  if (audioId !== null)
    content.push({ type: 'audio', media: { kind: 'file-id', id: audioId }, format: null, transcript: null });
  const { thoughts, seals } = readThoughts(message, made);
  const sealed = sealContent([...thoughts, ...markLast(content, message), ...made], seals, message);
  return {
    role: 'assistant',
    content: sealed,
    name: asText(message['name']),
    // DeepSeek wants the field in turns with calls, and its clients send it empty where there was no thought.
    ...keepOthers(message, message['reasoning_content'] === '' ? ASSISTANT_UNTHOUGHT : ASSISTANT),
  };
}

/** The three spellings are copies of one another where several are there: the one that carries seals counts. */
function readThoughts(message: JsonObject, made: readonly ToolCallPart[]): ReturnType<typeof decodeDetails> {
  const details = readDetails(message['reasoning_details']);
  const read = decodeDetails(details, (id) => made.some((call) => call.id === id));
  if (read.thoughts.some(({ text }) => text !== '')) return read;
  const field = typeof message['reasoning_content'] === 'string' ? 'reasoning_content' : 'reasoning';
  const text = asText(message[field]) ?? '';
  if (text === '') return read;
  const plain: ReasoningPart = { type: 'reasoning', text, isSummary: false, seal: null, ...own({ field }) };
  return { ...read, thoughts: [plain, ...read.thoughts] };
}

/**
 * Each seal goes on the call that it names, else on the first call without one, else on the last text. What is on a call
 * by `extra_content` already is a copy.
 */
function sealContent(content: readonly ContentPart[], seals: readonly ThoughtDetail[], message: JsonObject) {
  const parts = [...content];
  const signature = readExtraContent(message['extra_content']);
  for (const seal of [...seals.map((detail) => detail.seal), signature]) {
    if (seal === null || parts.some((part) => part.type === 'tool-call' && part.seal?.value === seal.value)) continue;
    const at = placeOf(parts, seal.id);
    const part = parts[at];
    if (part?.type === 'tool-call' || part?.type === 'text')
      parts[at] = { ...part, seal: { ...seal, isWhole: false, id: null }, ...own(ownOf(part) ?? {}) };
    else parts.push({ type: 'reasoning', text: '', isSummary: false, seal, ...own({ field: 'reasoning_details' }) });
  }
  return parts;
}

function placeOf(parts: readonly ContentPart[], id: string | null): number {
  const named = parts.findIndex((part) => part.type === 'tool-call' && part.id === id);
  if (named !== -1) return named;
  const free = parts.findIndex((part) => part.type === 'tool-call' && part.seal === undefined);
  return free === -1 ? parts.findLastIndex((part) => part.type === 'text' && part.seal === undefined) : free;
}

function decodeResult(message: JsonObject, at: string, role: 'tool' | 'function', calls: Calls): Message {
  const name = asText(message['name']);
  const call = role === 'tool' ? callOf(message['tool_call_id'], at, calls) : lastCallOf(name, at, calls);
  const content = markLast(decodeContent(message['content'], `${at}.content`), message);
  return {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        callId: call.id,
        name,
        kind: call.kind,
        content,
        isError: false,
        ...(content.every(({ type }) => type === 'text') ? {} : own({})),
      },
    ],
    ...keepOthers(message, TOOL),
  };
}

function callOf(id: unknown, at: string, calls: Calls): ToolCallPart {
  const param = `${at}.tool_call_id`;
  if (id === undefined || id === null) throw missingField(param);
  if (typeof id !== 'string') throw wrongType(param, 'a string', id);
  const call = calls.get(id);
  if (call !== undefined) return call;
  const text = `Invalid '${param}': no assistant message before it has a tool call with the id ${JSON.stringify(id)}.`;
  throw new GatewayError('invalid_request', text, { param });
}

function lastCallOf(name: string | null, at: string, calls: Calls): ToolCallPart {
  const param = `${at}.name`;
  if (name === null) throw missingField(param);
  const call = [...calls.values()].findLast((each) => each.name === name);
  if (call !== undefined) return call;
  const text = `Invalid '${param}': no assistant message before it calls a function ${JSON.stringify(name)}.`;
  throw new GatewayError('invalid_request', text, { param });
}

/** A mark on the message is one on its last part; it goes upstream where the client has it. */
function markLast(content: ContentPart[], message: JsonObject): ContentPart[] {
  const cache = cacheMarkOf(message);
  const last = content.at(-1);
  if (cache === null || last === undefined) return content;
  content[content.length - 1] = { ...last, cache, ...own(ownOf(last) ?? {}) };
  return content;
}
