import type { Seal } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { encodeSeal } from '../openai-responses-items/seals.ts';
import type { OpenItem, Place } from './open-item.ts';

/** A thought in one or more parts: of summaries and of what was thought the events are named differently. */
export class OpenThought implements OpenItem {
  readonly #place: Place;
  readonly #summary: JsonObject[] = [];
  readonly #content: JsonObject[] = [];
  #isSummary = true;
  #text: string | null = null;
  #seal: Seal | null = null;

  constructor(place: Place) {
    this.#place = place;
    const item = { id: place.id, type: 'reasoning', status: 'in_progress', summary: [] };
    place.emit('response.output_item.added', { output_index: place.index, item });
  }

  /** In an item summaries stand before what was thought: none can follow it. */
  holdsContent(): boolean {
    return this.#content.length > 0;
  }

  startBlock(isSummary: boolean): void {
    this.#isSummary = isSummary;
    this.#text = null;
  }

  delta(text: string): void {
    if (this.#text === null) {
      this.#text = '';
      this.#emit(this.#isSummary ? 'response.reasoning_summary_part.added' : 'response.content_part.added', {
        part: this.#part(),
      });
    }
    this.#text += text;
    this.#emit(this.#isSummary ? 'response.reasoning_summary_text.delta' : 'response.reasoning_text.delta', {
      delta: text,
    });
  }

  cite(): void {}

  endBlock(seal: Seal | null): void {
    this.#seal = seal ?? this.#seal;
    if (this.#text === null) return;
    const part = this.#part();
    this.#emit(this.#isSummary ? 'response.reasoning_summary_text.done' : 'response.reasoning_text.done', {
      text: this.#text,
    });
    this.#emit(this.#isSummary ? 'response.reasoning_summary_part.done' : 'response.content_part.done', { part });
    (this.#isSummary ? this.#summary : this.#content).push(part);
    this.#text = null;
  }

  close(): JsonObject {
    this.endBlock(null);
    const item = {
      id: this.#place.id,
      type: 'reasoning',
      status: 'completed',
      summary: this.#summary,
      ...(this.#content.length === 0 ? {} : { content: this.#content }),
      ...(this.#seal === null ? {} : { encrypted_content: encodeSeal(this.#seal) }),
    };
    this.#place.emit('response.output_item.done', { output_index: this.#place.index, item });
    return item;
  }

  #part(): JsonObject {
    return { type: this.#isSummary ? 'summary_text' : 'reasoning_text', text: this.#text ?? '' };
  }

  #emit(type: string, members: JsonObject): void {
    const { id, index, emit } = this.#place;
    const at = this.#isSummary ? { summary_index: this.#summary.length } : { content_index: this.#content.length };
    emit(type, { item_id: id, output_index: index, ...at, ...members });
  }
}
