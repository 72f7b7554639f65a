import type { ToolCallPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { missingField, wrongType } from '../fields.ts';
import { keepOthers } from '../openai/own.ts';
import { readExtraContent } from './thoughts.ts';

const KNOWN: ReadonlySet<string> = new Set(['id', 'type', 'function', 'custom', 'index']);

/** The calls of an assistant message; the old single `function_call` is one whose id is its place. */
export function decodeToolCalls(message: JsonObject, at: string): ToolCallPart[] {
  const { tool_calls: calls, function_call: call } = message;
  if (calls !== undefined && calls !== null && !Array.isArray(calls))
    throw wrongType(`${at}.tool_calls`, 'an array', calls);
  const made = (calls ?? []).map((each: unknown, index: number) => decodeCall(each, `${at}.tool_calls[${index}]`));
  if (isJsonObject(call) && made.length === 0 && call['name'] !== '') {
    const id = at.replace(/\W+/g, '_');
    const { name, input } = calledIn(call, 'arguments', `${at}.function_call`);
    made.push({ type: 'tool-call', id, name, kind: 'function', namespace: null, input });
  }
  return made;
}

function decodeCall(call: unknown, at: string): ToolCallPart {
  if (!isJsonObject(call)) throw wrongType(at, 'an object', call);
  const { id, type } = call;
  if (id === undefined || id === null) throw missingField(`${at}.id`);
  if (typeof id !== 'string') throw wrongType(`${at}.id`, 'a string', id);
  const kind = type === 'custom' ? 'custom' : 'function';
  const field = kind === 'custom' ? 'input' : 'arguments';
  const { name, input } = calledIn(call[kind], field, `${at}.${kind}`);
  const seal = readExtraContent(call['extra_content']);
  return {
    type: 'tool-call',
    id,
    name,
    kind,
    namespace: null,
    input,
    ...(seal === null ? {} : { seal }),
    ...keepOthers(call, KNOWN),
  };
}

function calledIn(called: unknown, field: string, at: string): { readonly name: string; readonly input: string } {
  if (called === undefined || called === null) throw missingField(at);
  if (!isJsonObject(called)) throw wrongType(at, 'an object', called);
  const name = called['name'];
  if (name === undefined || name === null) throw missingField(`${at}.name`);
  if (typeof name !== 'string') throw wrongType(`${at}.name`, 'a string', name);
  return { name, input: inputText(called[field]) };
}

/** Some servers, and clients that echo them, write the arguments as the object itself. */
export function inputText(input: unknown): string {
  if (typeof input === 'string') return input;
  return input === undefined || input === null ? '' : JSON.stringify(input);
}

/** A call as it stands in a message; a function that takes nothing was called with an empty object. */
export function encodeToolCall({ id, name, kind, input }: ToolCallPart, calledName = name): JsonObject {
  return kind === 'custom'
    ? { id, type: 'custom', custom: { name: calledName, input } }
    : { id, type: 'function', function: { name: calledName, arguments: argumentsOf(input) } };
}

export function argumentsOf(input: string): string {
  return input.trim() === '' ? '{}' : input;
}

/** An id for a call whose upstream gave none, no second time in a conversation: 40 letters are OpenAI's most. */
export function inventedCallId(answerId: string | null, choice: number, nth: number): string {
  const answer = (answerId ?? '').replace(/\W+/g, '').slice(-24);
  return `call_${answer}_${choice}_${nth}`;
}
