import { isDeepStrictEqual } from 'node:util';
import { type ContentPart, GatewayError, type Message, type ToolResultPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { camelCased } from '../google/spelling.ts';
import { asObject, asObjects, asText } from '../loosely.ts';
import { decodePart } from './decode-part.ts';
import { readMedia } from './media.ts';
import { others, own } from './own.ts';

type Call = { readonly id: string; isAnswered: boolean };
/** All calls so far, and of each function those from `next` on of which some may be open. */
type Calls = {
  count: number;
  readonly byId: Map<string, Call>;
  readonly byName: Map<string, { readonly calls: Call[]; next: number }>;
};

/** Old clients answer calls in the role of a function. */
const USER_ROLES = new Set<unknown>([undefined, null, '', 'user', 'function', 'tool']);

/**
 * Calls without an id are numbered from the first turn on, so that a call keeps its number as the conversation grows.
 */
export function decodeContents(contents: unknown, at = 'contents'): readonly Message[] {
  const turns = listOf(contents, at);
  const calls: Calls = { count: 0, byId: new Map(), byName: new Map() };
  return turns.flatMap((turn, index): readonly Message[] => {
    const path = `${at}[${index}]`;
    if (!isJsonObject(turn)) throw wrongType(path, 'an object', turn);
    const { role } = turn;
    const parts = listOf(turn['parts'] ?? [], `${path}.parts`).map((part, place) =>
      checkedPart(part, `${path}.parts[${place}]`),
    );
    if (role === 'model') return [{ role: 'assistant', content: modelParts(parts, calls), name: null }];
    if (USER_ROLES.has(role)) return userTurns(parts, calls, path);
    const message = `Invalid value for '${path}.role': a role is user or model, but got ${JSON.stringify(role)}.`;
    throw new GatewayError('invalid_request', message, { param: `${path}.role` });
  });
}

/** protobuf's JSON takes one member for a list of one; recorded for `tools`. */
export function listOf(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) throw missingField(at);
  if (Array.isArray(value)) return value;
  if (isJsonObject(value)) return [value];
  throw wrongType(at, 'an array', value);
}

/** What would be misread silently is refused; the rest of a part is Google's to judge. */
export function checkedPart(value: unknown, at: string): JsonObject {
  if (!isJsonObject(value)) throw wrongType(at, 'an object', value);
  const part = camelCased(value);
  const { text, functionCall, functionResponse, inlineData, fileData } = part;
  if (text !== undefined && text !== null && typeof text !== 'string') throw wrongType(`${at}.text`, 'a string', text);
  for (const [name, member] of Object.entries({ functionCall, functionResponse, inlineData, fileData })) {
    if (member === undefined || member === null) continue;
    if (!isJsonObject(member)) throw wrongType(`${at}.${name}`, 'an object', member);
    if (name.startsWith('function') && typeof member['name'] !== 'string') throw missingField(`${at}.${name}.name`);
  }
  return part;
}

function modelParts(parts: readonly JsonObject[], calls: Calls): readonly ContentPart[] {
  return parts.map((raw) => {
    const part = decodePart(raw, () => `call_${calls.count}`);
    if (part.type === 'tool-call') note(calls, part.id, part.name);
    return part;
  });
}

/** Answers of functions are turns of their own; what follows within the same turn is marked, to be put together again. */
function userTurns(parts: readonly JsonObject[], calls: Calls, at: string): readonly Message[] {
  const turns: Message[] = [];
  let results: ToolResultPart[] = [];
  let content: ContentPart[] = [];
  const told = new Map<unknown, JsonObject>();
  const close = (): void => {
    const extended = own(turns.length === 0 ? null : { continues: true });
    if (results.length > 0) turns.push({ role: 'tool', content: results, ...extended });
    else if (content.length > 0 || parts.length === 0) turns.push({ role: 'user', content, name: null, ...extended });
    results = [];
    content = [];
  };
  for (const [index, part] of parts.entries()) {
    const response = asObject(part['functionResponse']);
    if (response !== null && isRepeated(told, response)) continue;
    if ((response === null ? results : content).length > 0) close();
    if (response === null) content.push(decodePart(part, () => `call_${calls.count}`));
    else results.push(resultOf(part, camelCased(response), calls, `${at}.parts[${index}].functionResponse`));
  }
  close();
  return turns;
}

/** Gemini CLI says each result twice when it goes on with a conversation; Google bears that, and Anthropic does not. */
function isRepeated(told: Map<unknown, JsonObject>, response: JsonObject): boolean {
  const { id } = response;
  if (typeof id !== 'string') return false;
  const before = told.get(id);
  told.set(id, response);
  return before !== undefined && isDeepStrictEqual(before, response);
}

const RESULT = new Set(['functionResponse', 'thought']);
const RESPONSE = new Set(['id', 'name', 'response', 'parts']);

function resultOf(part: JsonObject, answer: JsonObject, calls: Calls, at: string): ToolResultPart {
  const name = asText(answer['name']) ?? '';
  const id = asText(answer['id']);
  const call = callAnswered(calls, id, name);
  if (call === null) {
    const message = `'${at}' answers no function call: no earlier turn of the model calls ${name}.`;
    throw new GatewayError('invalid_request', message, { param: at });
  }
  call.isAnswered = true;
  const { text, isError } = readResponse(camelCased(answer)['response']);
  const media = asObjects(answer['parts']).flatMap((holder) => readMedia(camelCased(holder), null) ?? []);
  const rest = { ...others(part, RESULT), ...others(answer, RESPONSE), ...(id === call.id ? {} : { id }) };
  return {
    type: 'tool-result',
    callId: call.id,
    name,
    kind: 'function',
    content: text === null ? media : [{ type: 'text', text }, ...media],
    isError,
    ...own(Object.keys(rest).length === 0 ? null : rest),
  };
}

function note(calls: Calls, id: string, name: string): void {
  const call = { id, isAnswered: false };
  const known = calls.byName.get(name);
  if (known === undefined) calls.byName.set(name, { calls: [call], next: 0 });
  else known.calls.push(call);
  calls.byId.set(id, call);
  calls.count++;
}

/** By its id; without one, or with one that no call has, the first call of that function that is still open. */
function callAnswered({ byId, byName }: Calls, id: string | null, name: string): Call | null {
  const named = id === null ? undefined : byId.get(id);
  if (named !== undefined) return named;
  const known = byName.get(name);
  if (known === undefined) return null;
  while (known.calls[known.next]?.isAnswered === true) known.next++;
  return known.calls[known.next] ?? known.calls.at(-1) ?? null;
}

/** Google's convention is `output` for what came out and `error` for what went wrong; any other object is the output. */
function readResponse(response: unknown): { text: string | null; isError: boolean } {
  const object = asObject(response);
  if (object === null) return { text: null, isError: false };
  const [name, ...more] = Object.keys(object);
  if (name === undefined) return { text: null, isError: false };
  const value = object[name];
  if (more.length === 0 && name === 'error' && (typeof value === 'string' || isJsonObject(value))) {
    return { text: typeof value === 'string' ? value : JSON.stringify(value), isError: true };
  }
  if (more.length === 0 && name === 'output' && typeof value === 'string' && objectIn(value) === null) {
    return { text: value, isError: false };
  }
  return { text: JSON.stringify(object), isError: false };
}

/** The object that a text is the JSON of; null: it is something else. */
export function objectIn(text: string): JsonObject | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}
