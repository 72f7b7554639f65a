import type { ChatResponse, FinishReason, Usage } from '../../src/inference/index.ts';
import { isJsonObject, parseJson } from '../../src/std/index.ts';

/** What a client can be told of an answer in any dialect: what no translation may lose. */
export type Told = {
  readonly text: string;
  readonly calls: readonly ToldCall[];
  /** In the words of the client's dialect. */
  readonly finish: string | null;
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number } | null;
};

export type ToldCall = { readonly id: string; readonly name: string; readonly input: unknown };

type Named = { readonly name: string; readonly namespace: string | null };

/** A tool's name where the dialect has no place for its namespace. */
export function flatName({ name, namespace }: Named): string {
  if (namespace === null) return name;
  return namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`;
}

type Choice = ChatResponse['choices'][number];

export type FinishWords = Readonly<Record<FinishReason['unified'], string>>;

/** Of several answers the first: other dialects than OpenAI's and Google's have one. */
export function toldIn(
  { choices: [choice], usage }: ChatResponse,
  words: FinishWords,
  nameOf: (call: Named) => string = ({ name }) => name,
): Told {
  const content = choice?.content ?? [];
  const calls = content.filter((part) => part.type === 'tool-call');
  return {
    text: content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join(''),
    calls: calls.map((call) => ({ id: call.id, name: nameOf(call), input: inputOf(call.input) })),
    finish: choice === undefined ? null : finishWord(choice, words),
    usage: usage === null ? null : toldUsage(usage),
  };
}

/** Calls count where an upstream says no more than that it has stopped. */
function finishWord({ finish, content }: Choice, words: FinishWords): string {
  const callsTools = finish.unified === 'stop' && content.some(({ type }) => type === 'tool-call');
  return words[callsTools ? 'tool-calls' : finish.unified];
}

function toldUsage({ inputTokens: input, outputTokens: output, cacheReadTokens: cached }: Usage): Told['usage'] {
  return { input, output, cached };
}

/** Arguments as the object that they stand for, `null` and nothing for an empty one; other text as it is. */
export function inputOf(input: string): unknown {
  const parsed = parseJson(Buffer.from(/^\s*(?:null)?\s*$/.test(input) ? '{}' : input));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : input;
}

/** For clients that get arguments as an object and nothing else. */
export function withObjects(told: Told): Told {
  return {
    ...told,
    calls: told.calls.map((call) => ({
      ...call,
      input: isJsonObject(call.input) ? call.input : { input: call.input },
    })),
  };
}
