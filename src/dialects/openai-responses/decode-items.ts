import {
  type ContentPart,
  GatewayError,
  type Message,
  type Seal,
  type TextPart,
  type ToolResultPart,
} from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { asText } from '../loosely.ts';
import { decodeContent, opaque } from '../openai-responses-items/decode-content.ts';
import { keepOthers, othersOf, own, ownOf } from '../openai-responses-items/own.ts';
import { decodeReasoningItem } from '../openai-responses-items/reasoning-item.ts';
import { TEXT_SEAL } from '../openai-responses-items/seals.ts';
import { summaryMessage } from '../openai-responses-items/summary.ts';

const MESSAGE_MEMBERS = new Set(['type', 'role', 'content']);
const CALL_MEMBERS = new Set(['type', 'call_id', 'name', 'namespace', 'arguments', 'input']);
const RESULT_MEMBERS = new Set(['type', 'call_id', 'output']);

/** Items after which a call may be known that does not stand in the list. */
const HIDING: ReadonlySet<unknown> = new Set(['item_reference', 'compaction', 'compaction_summary']);

type Turn = { readonly content: ContentPart[]; hasMessage: boolean };

type Decoding = {
  readonly model: string;
  readonly messages: Message[];
  /** What the model said last, to which more may come. */
  turn: Turn | null;
  results: ToolResultPart[] | null;
  readonly callIds: Set<string>;
  /** Calls of tools that only this dialect has: their results have no canonical form either. */
  readonly opaqueIds: Set<unknown>;
  /** Calls may have been made elsewhere: before what is listed, or within what only OpenAI can read. */
  isPartial: boolean;
};

/**
 * Items of one answer (thoughts, a message, calls) are one turn; a second message begins another, so that none runs
 * into the next.
 */
export function decodeItems(items: readonly unknown[], model: string, isPartial: boolean): readonly Message[] {
  const decoding: Decoding = {
    model,
    messages: [],
    turn: null,
    results: null,
    callIds: new Set(),
    opaqueIds: new Set(),
    isPartial,
  };
  items.forEach((item, index) => {
    if (!isJsonObject(item)) throw wrongType(`input[${index}]`, 'an object', item);
    decodeItem(summaryMessage(item) ?? item, `input[${index}]`, decoding);
  });
  return decoding.messages;
}

function decodeItem(item: JsonObject, at: string, decoding: Decoding): void {
  const type = item['type'] ?? 'message';
  if (typeof type !== 'string') throw wrongType(`${at}.type`, 'a string', type);
  switch (type) {
    case 'message':
      decodeMessage(item, at, decoding);
      return;
    case 'reasoning':
      decodeThought(item, decoding);
      return;
    case 'function_call':
    case 'custom_tool_call':
      turnOf(decoding).content.push(decodeCall(item, type === 'custom_tool_call', at, decoding));
      return;
    case 'function_call_output':
    case 'custom_tool_call_output':
      if (decoding.opaqueIds.has(item['call_id'])) turnOf(decoding).content.push(opaque(item, type));
      else resultsOf(decoding).push(decodeResult(item, type === 'custom_tool_call_output', at, decoding));
      return;
    default:
      if (HIDING.has(type)) decoding.isPartial = true;
      if (typeof item['call_id'] === 'string') decoding.opaqueIds.add(item['call_id']);
      turnOf(decoding).content.push(opaque(item, type));
  }
}

/** A seal that belongs to a call or to text goes back to it. */
function decodeThought(item: JsonObject, decoding: Decoding): void {
  const { content } = turnOf(decoding);
  const parts = decodeReasoningItem(item, decoding.model);
  const seal = parts.at(-1)?.seal ?? null;
  const sealed = seal === null ? -1 : content.findLastIndex((part) => isSealedBy(part, seal));
  const part = content[sealed];
  if (seal !== null && (part?.type === 'tool-call' || part?.type === 'text'))
    content[sealed] = { ...part, seal: { ...seal, id: null } };
  else content.push(...parts);
}

function isSealedBy(part: ContentPart, { id }: Seal): boolean {
  return part.type === 'tool-call' ? part.id === id : part.type === 'text' && id === TEXT_SEAL;
}

function turnOf(decoding: Decoding): Turn {
  if (decoding.turn !== null) return decoding.turn;
  const turn: Turn = { content: [], hasMessage: false };
  decoding.results = null;
  decoding.turn = turn;
  decoding.messages.push({ role: 'assistant', content: turn.content, name: null });
  return turn;
}

function resultsOf(decoding: Decoding): ToolResultPart[] {
  if (decoding.results !== null) return decoding.results;
  const results: ToolResultPart[] = [];
  decoding.turn = null;
  decoding.results = results;
  decoding.messages.push({ role: 'tool', content: results });
  return results;
}

function decodeMessage(item: JsonObject, at: string, decoding: Decoding): void {
  const { role } = item;
  const content = decodeContent(item['content'], `${at}.content`);
  if (role === 'assistant') {
    decodeSaid(item, content, decoding);
    return;
  }
  decoding.turn = null;
  decoding.results = null;
  const others = keepOthers(item, MESSAGE_MEMBERS);
  if (role === 'user') decoding.messages.push({ role, content, name: null, ...others });
  else if (role === 'system' || role === 'developer')
    decoding.messages.push({ role: 'system', rank: role, content: instructions(content, at), ...others });
  else if (typeof role !== 'string') throw missingField(`${at}.role`);
  else
    throw new GatewayError(
      'invalid_request',
      `Invalid value: '${role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
      { param: `${at}.role` },
    );
}

/** What the item holds besides its content goes with its first part. */
function decodeSaid(item: JsonObject, content: readonly ContentPart[], decoding: Decoding): void {
  if (turnOf(decoding).hasMessage) decoding.turn = null;
  const turn = turnOf(decoding);
  turn.hasMessage = true;
  const others = othersOf(item, MESSAGE_MEMBERS);
  content.forEach((part, index) => {
    const isBearer = index === 0 && others !== null;
    turn.content.push(isBearer ? { ...part, ...own({ ...ownOf(part), item: others }) } : part);
  });
}

function instructions(content: readonly ContentPart[], at: string): readonly TextPart[] {
  return content.map((part, index) => {
    if (part.type === 'text') return part;
    throw new GatewayError('invalid_request', 'Instructions are text: put images and files into a user message.', {
      param: `${at}.content[${index}]`,
    });
  });
}

function decodeCall(item: JsonObject, isCustom: boolean, at: string, decoding: Decoding): ContentPart {
  const id = required(item, 'call_id', at);
  decoding.callIds.add(id);
  return {
    type: 'tool-call',
    id,
    name: required(item, 'name', at),
    kind: isCustom ? 'custom' : 'function',
    namespace: asText(item['namespace']),
    input: required(item, isCustom ? 'input' : 'arguments', at),
    ...keepOthers(item, CALL_MEMBERS),
  };
}

function decodeResult(item: JsonObject, isCustom: boolean, at: string, decoding: Decoding): ToolResultPart {
  const callId = required(item, 'call_id', at);
  if (!decoding.callIds.has(callId) && !decoding.isPartial)
    throw new GatewayError('invalid_request', `No tool call found for function call output with call_id ${callId}.`, {
      param: `${at}.call_id`,
    });
  if (item['output'] === undefined || item['output'] === null) throw missingField(`${at}.output`);
  return {
    type: 'tool-result',
    callId,
    name: null,
    kind: isCustom ? 'custom' : 'function',
    content: decodeContent(item['output'], `${at}.output`),
    isError: false,
    ...keepOthers(item, RESULT_MEMBERS),
  };
}

function required(item: JsonObject, name: string, at: string): string {
  const value = item[name];
  if (typeof value === 'string') return value;
  throw value === undefined || value === null
    ? missingField(`${at}.${name}`)
    : wrongType(`${at}.${name}`, 'a string', value);
}
