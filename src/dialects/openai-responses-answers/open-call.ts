import type { BlockStart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ItemStatus, OpenItem, Place } from './open-item.ts';

export type CallStart = Extract<BlockStart, { readonly type: 'tool-call' }>;

/** A call of one of the client's tools; several may be open side by side. */
export class OpenCall implements OpenItem {
  readonly #place: Place;
  readonly #head: JsonObject;
  readonly #name: string;
  readonly #isCustom: boolean;
  #input = '';

  constructor(place: Place, { id, name, kind, namespace }: CallStart) {
    this.#place = place;
    this.#isCustom = kind === 'custom';
    this.#name = name;
    const type = this.#isCustom ? 'custom_tool_call' : 'function_call';
    this.#head = { id: place.id, type, call_id: id, name, ...(namespace === null ? {} : { namespace }) };
    const item = { ...this.#head, ...this.#written(), status: 'in_progress' };
    place.emit('response.output_item.added', { output_index: place.index, item });
  }

  delta(text: string): void {
    this.#input += text;
    const type = this.#isCustom ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta';
    this.#place.emit(type, { item_id: this.#place.id, output_index: this.#place.index, delta: text });
  }

  cite(): void {}

  /** A function that takes nothing is called with an empty object: some upstreams write nothing at all. */
  close(status: ItemStatus): JsonObject {
    if (!this.#isCustom && this.#input === '' && status === 'completed') this.delta('{}');
    const { id, index, emit } = this.#place;
    const at = { item_id: id, output_index: index };
    if (this.#isCustom) emit('response.custom_tool_call_input.done', { ...at, input: this.#input });
    else emit('response.function_call_arguments.done', { ...at, name: this.#name, arguments: this.#input });
    const item = { ...this.#head, ...this.#written(), status };
    emit('response.output_item.done', { output_index: index, item });
    return item;
  }

  #written(): JsonObject {
    return this.#isCustom ? { input: this.#input } : { arguments: this.#input };
  }
}
