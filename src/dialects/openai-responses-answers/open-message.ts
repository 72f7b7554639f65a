import type { Citation, TokenLogprob } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { encodeCitation } from '../openai-responses-items/citations.ts';
import { encodeLogprob } from './logprobs.ts';
import type { ItemStatus, OpenItem, Place } from './open-item.ts';

const NONE: readonly JsonObject[] = [];

/** A message and the part of it that grows. A class, for its methods run per chunk. */
export class OpenMessage implements OpenItem {
  readonly #place: Place;
  readonly #head: JsonObject;
  readonly #content: JsonObject[] = [];
  #kind: 'text' | 'refusal' | null = null;
  #text = '';
  #annotations: JsonObject[] = [];
  #logprobs: JsonObject[] = [];

  constructor(place: Place, phase: unknown) {
    this.#place = place;
    this.#head = { id: place.id, type: 'message', role: 'assistant', ...(phase === undefined ? {} : { phase }) };
    const item = { ...this.#head, status: 'in_progress', content: NONE };
    place.emit('response.output_item.added', { output_index: place.index, item });
  }

  startBlock(kind: 'text' | 'refusal'): void {
    this.#kind = kind;
    this.#text = '';
    this.#annotations = [];
    this.#logprobs = [];
    this.#emit('response.content_part.added', { part: this.#part() });
  }

  delta(text: string, logprobs: readonly TokenLogprob[]): void {
    this.#text += text;
    if (this.#kind === 'refusal') {
      this.#emit('response.refusal.delta', { delta: text });
      return;
    }
    const encoded = logprobs.length === 0 ? NONE : logprobs.map(encodeLogprob);
    this.#logprobs.push(...encoded);
    this.#emit('response.output_text.delta', { delta: text, logprobs: encoded });
  }

  cite(citation: Citation): void {
    const annotation = encodeCitation(citation);
    if (annotation === null) return;
    const annotation_index = this.#annotations.push(annotation) - 1;
    this.#emit('response.output_text.annotation.added', { annotation_index, annotation });
  }

  /** Probabilities that came behind the last letter belong to the part as well. */
  endBlock(logprobs: readonly TokenLogprob[]): void {
    if (this.#kind === null) return;
    this.#logprobs.push(...logprobs.map(encodeLogprob));
    const part = this.#part();
    if (this.#kind === 'refusal') this.#emit('response.refusal.done', { refusal: this.#text });
    else this.#emit('response.output_text.done', { text: this.#text, logprobs: this.#logprobs });
    this.#emit('response.content_part.done', { part });
    this.#content.push(part);
    this.#kind = null;
  }

  close(status: ItemStatus): JsonObject {
    this.endBlock([]);
    const item = { ...this.#head, status, content: this.#content };
    this.#place.emit('response.output_item.done', { output_index: this.#place.index, item });
    return item;
  }

  #part(): JsonObject {
    if (this.#kind === 'refusal') return { type: 'refusal', refusal: this.#text };
    return { type: 'output_text', text: this.#text, annotations: this.#annotations, logprobs: this.#logprobs };
  }

  #emit(type: string, members: JsonObject): void {
    const { id, index, emit } = this.#place;
    emit(type, { item_id: id, output_index: index, content_index: this.#content.length, ...members });
  }
}
