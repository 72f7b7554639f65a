import type { ChatResponse } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';

/** A call of a tool that an answer holds: its arguments as the model wrote them. */
export type ObservedCall = { readonly name: string; readonly input: string };

export const NO_CALLS: readonly ObservedCall[] = Object.freeze([]);

/** Longer arguments are not kept: whoever writes a book into a call is not judged by it. */
const MAX_INPUT_LENGTH = 262_144;

/** The calls of a stream, piece by piece. A class, for one is made per stream and its methods run per chunk. */
export class CallsSeen {
  readonly #calls = new Map<string, { name: string; input: string }>();
  #length = 0;

  /** `key` tells the calls of one answer apart. */
  begin(key: string, name: string): void {
    const known = this.#calls.get(key);
    if (known === undefined) this.#calls.set(key, { name, input: '' });
    else if (known.name === '') known.name = name;
  }

  grow(key: string, text: string): void {
    const call = this.#calls.get(key);
    this.#length += text.length;
    if (call !== undefined && this.#length <= MAX_INPUT_LENGTH) call.input += text;
  }

  /** A chunk of OpenAI's. */
  seeChunk({ choices }: JsonObject): void {
    for (const choice of objectsIn(choices)) {
      const { delta, index } = choice;
      if (!isJsonObject(delta)) continue;
      for (const [place, call] of objectsIn(delta['tool_calls']).entries()) {
        const { function: called } = call;
        if (!isJsonObject(called)) continue;
        const key = `${String(index)} ${String(call['index'] ?? place)}`;
        this.begin(key, textIn(called['name']));
        this.grow(key, textIn(called['arguments']));
      }
    }
  }

  /** None where they are too long to be kept. */
  all(): readonly ObservedCall[] {
    return this.#calls.size === 0 || this.#length > MAX_INPUT_LENGTH ? NO_CALLS : [...this.#calls.values()];
  }
}

/** Those of a plain answer of OpenAI's. */
export function callsIn({ choices }: JsonObject): readonly ObservedCall[] {
  const calls = objectsIn(choices).flatMap(({ message }) =>
    isJsonObject(message) ? objectsIn(message['tool_calls']) : [],
  );
  if (calls.length === 0) return NO_CALLS;
  return calls.flatMap(({ function: called }) =>
    isJsonObject(called) ? [{ name: textIn(called['name']), input: textIn(called['arguments']) }] : [],
  );
}

export function callsOf({ choices }: Pick<ChatResponse, 'choices'>): readonly ObservedCall[] {
  const calls: ObservedCall[] = [];
  for (const { content } of choices)
    for (const part of content) if (part.type === 'tool-call' && part.kind === 'function') calls.push(part);
  return calls.length === 0 ? NO_CALLS : calls;
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
