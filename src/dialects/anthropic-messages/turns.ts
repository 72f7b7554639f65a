import { type ContentPart, GatewayError, type Message, type ToolResultPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { type FieldRule, isObject, isText, isTextOrList, missingField, wrongType } from '../fields.ts';
import { decodeAssistant, decodeContent, decodeText, encodePart, encodeText } from './content.ts';
import type { Encoding } from './encoding.ts';
import { OWN, restOf, textIn, writeCommon } from './own.ts';

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(['role', 'content']);

/** What a block cannot be understood without. */
const NEEDED: Readonly<Record<string, readonly (readonly [name: string, rule: FieldRule])[]>> = {
  text: [['text', isText]],
  image: [['source', isObject]],
  document: [['source', isObject]],
  thinking: [['thinking', isText]],
  redacted_thinking: [['data', isText]],
  tool_use: [
    ['id', isText],
    ['name', isText],
    ['input', isObject],
  ],
  tool_result: [['tool_use_id', isText]],
};

/** The top-level `system`. */
export function decodeSystem(system: unknown): readonly Message[] {
  if (system === undefined || system === null || system === '') return [];
  if (typeof system === 'string')
    return [{ role: 'system', rank: 'system', content: [{ type: 'text', text: system }] }];
  if (!Array.isArray(system)) throw wrongType('system', 'a string or an array of text blocks', system);
  const blocks = system.map((block, index) => checked(block, `system[${index}]`));
  const odd = blocks.findIndex((block) => block['type'] !== 'text');
  if (odd !== -1) throw invalid(`system[${odd}].type`, "'system' holds text blocks only.");
  const content = blocks.filter((block) => !isBillingLine(block)).map(decodeText);
  return content.length === 0 ? [] : [{ role: 'system', rank: 'system', content }];
}

/**
 * What Claude Code tells Anthropic's books in front of its instructions, with a number that is another in each request.
 * To all others it is noise that keeps the whole prompt from their caches (1rgs/claude-code-proxy#99,
 * ollama/ollama#14918).
 */
export function isBillingLine(block: unknown): block is JsonObject {
  return isJsonObject(block) && block['type'] === 'text' && textIn(block['text']).startsWith(BILLING);
}

const BILLING = 'x-anthropic-billing-header:';

export function decodeMessages(messages: unknown): readonly Message[] {
  if (messages === undefined || messages === null) throw missingField('messages');
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array', messages);
  const called = new Set<string>();
  return messages.flatMap((message, index) => decodeMessage(message, `messages[${index}]`, called));
}

function decodeMessage(message: unknown, at: string, called: Set<string>): readonly Message[] {
  if (!isJsonObject(message)) throw wrongType(at, 'an object', message);
  const { role, content } = message;
  if (content === undefined || content === null) throw missingField(`${at}.content`);
  if (!isTextOrList.holds(content)) throw wrongType(`${at}.content`, 'a string or an array of content blocks', content);
  const blocks = Array.isArray(content) ? content.map((block, index) => checked(block, `${at}.content[${index}]`)) : [];
  noteCalls(blocks, at, called);
  const rest = restOf(message, MESSAGE_FIELDS);
  if (role === 'system') return [systemTurn(content, blocks, rest)];
  const own = rest === null ? {} : { extensions: { [OWN]: rest } };
  if (role === 'assistant') return [{ role, content: decodeAssistant(content), name: null, ...own }];
  if (role === 'user') return userTurns(decodeContent(content), own);
  throw invalid(`${at}.role`, `Unknown role ${JSON.stringify(role)}: expected 'user', 'assistant' or 'system'.`);
}

/**
 * Instructions within the conversation. They always bear this dialect's extension, by which its encoder knows that they
 * stood there; blocks other than text (`tool_addition`) are in it.
 */
function systemTurn(content: unknown, blocks: readonly JsonObject[], rest: JsonObject | null): Message {
  const isText = blocks.every((block) => block['type'] === 'text');
  const texts = typeof content === 'string' ? [{ text: content }] : blocks.filter((block) => block['type'] === 'text');
  const own = isText ? { ...rest } : { ...rest, content };
  return { role: 'system', rank: 'system', content: texts.map(decodeText), extensions: { [OWN]: own } };
}

/** Results and what else the user says are turns of their own, in the order of the blocks. */
function userTurns(parts: readonly ContentPart[], own: Pick<Message, 'extensions'>): readonly Message[] {
  const turns: ({ role: 'tool'; content: ToolResultPart[] } | { role: 'user'; content: ContentPart[]; name: null })[] =
    [];
  for (const part of parts) {
    const last = turns.at(-1);
    if (part.type === 'tool-result') {
      if (last?.role === 'tool') last.content.push(part);
      else turns.push({ role: 'tool', content: [part] });
    } else if (last?.role === 'user') last.content.push(part);
    else turns.push({ role: 'user', content: [part], name: null });
  }
  const [first, ...others] = turns;
  return first === undefined ? [{ role: 'user', content: [], name: null, ...own }] : [{ ...first, ...own }, ...others];
}

function checked(block: unknown, at: string): JsonObject {
  if (!isJsonObject(block)) throw wrongType(at, 'an object', block);
  const { type } = block;
  if (type === undefined || type === null) throw missingField(`${at}.type`);
  if (typeof type !== 'string') throw wrongType(`${at}.type`, 'a string', type);
  const needed = Object.hasOwn(NEEDED, type) ? NEEDED[type] : undefined;
  for (const [name, rule] of needed ?? []) {
    const value = block[name];
    if (value === undefined) throw missingField(`${at}.${name}`);
    if (!rule.holds(value)) throw wrongType(`${at}.${name}`, rule.expected, value);
  }
  if (type === 'tool_result') checkResult(block['content'], at);
  return block;
}

function checkResult(content: unknown, at: string): void {
  if (content === undefined || content === null || typeof content === 'string') return;
  if (!Array.isArray(content)) throw wrongType(`${at}.content`, 'a string or an array of content blocks', content);
  for (let index = 0; index < content.length; index++) checked(content[index], `${at}.content[${index}]`);
}

/** Anthropic refuses a result whose call it has not seen. */
function noteCalls(blocks: readonly JsonObject[], at: string, called: Set<string>): void {
  blocks.forEach(({ type, id, tool_use_id: callId }, index) => {
    if (type === 'tool_use') called.add(textIn(id));
    if (type !== 'tool_result' || called.has(textIn(callId))) return;
    const message = `No 'tool_use' block before it has the id ${JSON.stringify(callId)}.`;
    throw invalid(`${at}.content[${index}].tool_use_id`, message);
  });
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', `Invalid '${param}': ${message}`, { param });
}

type SystemMessage = Extract<Message, { readonly role: 'system' }>;
type Turn = {
  readonly role: 'user' | 'assistant' | 'system';
  /** A turn's results must stand before all else in it. */
  readonly results: JsonObject[];
  readonly content: JsonObject[];
  readonly rest: JsonObject;
};

export type EncodedTurns = { readonly system: readonly JsonObject[]; readonly messages: readonly JsonObject[] };

const SYSTEM_FIELDS: ReadonlySet<string> = new Set(['content']);

/**
 * Instructions in front go to `system`, with nothing lost. Later ones of an Anthropic client stay where they are, as
 * models since Opus 4.8 allow it. Later ones of others become part of a user's turn, marked as what they are in the way
 * that Claude Code taught its models: hoisted, they would be read before what they follow ("from now on in Spanish"),
 * and each new one would change the beginning of the prompt, so that nothing of it came from the cache.
 */
export function encodeTurns(messages: readonly Message[], encoding: Encoding): EncodedTurns {
  const hoisted = countHoisted(messages);
  const system = messages.slice(0, hoisted).flatMap(({ content }) => encodeTexts(content));
  const turns: Turn[] = [];
  for (const message of messages.slice(hoisted)) {
    if (message.role === 'system') addInstructions(turns, message, encoding);
    else addMessage(turns, message, encoding);
  }
  const filled = turns.filter((turn) => turn.content.length + turn.results.length > 0);
  trimLast(filled.at(-1));
  return {
    system,
    messages: filled.map(({ role, results, content, rest }) => ({ role, content: [...results, ...content], ...rest })),
  };
}

/**
 * Of a conversation of instructions alone the last one is the turn that Anthropic wants to answer. Clients of OpenAI's
 * put an empty turn behind them (recorded), which Anthropic refuses.
 */
function countHoisted(messages: readonly Message[]): number {
  const first = messages.findIndex((message) => message.role !== 'system' || message.extensions?.[OWN] !== undefined);
  const leading = first === -1 ? messages.length : first;
  return messages.slice(leading).some(saysSomething) ? leading : Math.max(0, leading - 1);
}

function saysSomething({ content }: Message): boolean {
  return content.some((part: ContentPart) => part.type !== 'text' || part.text !== '');
}

function addMessage(turns: Turn[], message: Exclude<Message, SystemMessage>, encoding: Encoding): void {
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  if ('name' in message && message.name !== null)
    encoding.warn('messages.name', "Anthropic's API knows no names of speakers.");
  const turn = turnFor(turns, role, message.extensions?.[OWN]);
  for (const part of message.content as readonly ContentPart[]) {
    const block = encodePart(part, role, encoding);
    if (block !== null) (part.type === 'tool-result' ? turn.results : turn.content).push(block);
  }
}

function addInstructions(turns: Turn[], message: SystemMessage, encoding: Encoding): void {
  const own = message.extensions?.[OWN];
  const blocks = encodeTexts(message.content);
  if (own !== undefined) {
    const content = Array.isArray(own['content']) ? (own['content'] as JsonObject[]) : blocks;
    turns.push({ role: 'system', results: [], content, rest: restOf(own, SYSTEM_FIELDS) ?? {} });
  } else if (turns.length === 0) turnFor(turns, 'user', undefined).content.push(...blocks);
  else if (blocks.length > 0) {
    const text = message.content.map((part) => part.text).join('\n');
    encoding.warn('messages.role', 'Instructions within the conversation were put into a turn of the user, marked so.');
    const reminder = `<system-reminder>\n${text}\n</system-reminder>`;
    const mark = writeCommon(message.content.at(-1) ?? {});
    turnFor(turns, 'user', undefined).content.push({ type: 'text', text: reminder, ...mark });
  }
}

/** Turns of one role are one turn, as the API would make them one itself; a message with members of its own begins one. */
function turnFor(turns: Turn[], role: 'user' | 'assistant', own: JsonObject | undefined): Turn {
  const last = turns.at(-1);
  if (last?.role === role && own === undefined) return last;
  const turn: Turn = { role, results: [], content: [], rest: own ?? {} };
  turns.push(turn);
  return turn;
}

/** "final assistant content cannot end with trailing whitespace": a beginning that the model is to carry on. */
function trimLast(turn: Turn | undefined): void {
  const block = turn?.content.at(-1);
  if (turn?.role !== 'assistant' || block?.['type'] !== 'text') return;
  const text = String(block['text']).trimEnd();
  if (text === '') turn.content.pop();
  else turn.content.splice(-1, 1, { ...block, text });
}

function encodeTexts(content: Message['content']): JsonObject[] {
  const blocks = content.map((part) => (part.type === 'text' ? encodeText(part) : null));
  return blocks.filter((block) => block !== null);
}
