import type { ChatResponse } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';

/** What one choice of an answer said in text: block by block, in order. Thoughts, refusals and calls are no text. */
export type ObservedText = readonly string[];

export const NO_TEXTS: readonly ObservedText[] = Object.freeze([]);

/** A longer text is not kept, as a plain answer of that length is not held. */
const MAX_TEXT_LENGTH = 1_048_576;

/** The texts of a stream, piece by piece. A class, for one is made per stream and its methods run per chunk. */
export class TextsSeen {
  readonly #blocks = new Map<string, { readonly choice: number; text: string }>();
  #length = 0;

  /** `key` tells the blocks of one answer apart. */
  begin(key: string, choice: number): void {
    if (!this.#blocks.has(key)) this.#blocks.set(key, { choice, text: '' });
  }

  /** Of a block that did not begin as text nothing is kept. */
  grow(key: string, text: string): void {
    const block = this.#blocks.get(key);
    if (block === undefined) return;
    this.#length += text.length;
    if (this.#length <= MAX_TEXT_LENGTH) block.text += text;
  }

  /** A chunk of OpenAI's. */
  seeChunk({ choices }: JsonObject): void {
    for (const { delta, index } of objectsIn(choices)) {
      if (!isJsonObject(delta)) continue;
      const choice = typeof index === 'number' ? index : 0;
      const text = textIn(delta['content']);
      if (text === '') continue;
      this.begin(String(choice), choice);
      this.grow(String(choice), text);
    }
  }

  /** None where they are too long to be kept. */
  all(): readonly ObservedText[] {
    if (this.#length > MAX_TEXT_LENGTH) return NO_TEXTS;
    const byChoice = Map.groupBy(this.#blocks.values(), ({ choice }) => choice);
    return [...byChoice.values()].map((blocks) => blocks.map(({ text }) => text));
  }
}

/** Those of a plain answer of OpenAI's. */
export function textsIn({ choices }: JsonObject): readonly ObservedText[] {
  return objectsIn(choices).map(({ message }) => (isJsonObject(message) ? [textIn(message['content'])] : []));
}

export function textsOf({ choices }: Pick<ChatResponse, 'choices'>): readonly ObservedText[] {
  return choices.map(({ content }) => content.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
}

/** Mistral writes a list of parts, thoughts among them. */
function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('');
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
