import type { BlockStart, Seal, StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { readUsage } from '../openai-chat/usage.ts';
import { decodeAnnotation } from '../openai-responses-items/citations.ts';
import { opaque } from '../openai-responses-items/decode-content.ts';
import { sealOfItem, thoughtsIn } from '../openai-responses-items/reasoning-item.ts';
import { callOf, decodeOutputItem, phaseOf } from './decode-response.ts';
import { decodeFinish } from './finish-reason.ts';
import { decodeLogprobs } from './logprobs.ts';

/** Text, refusal or thought that grows: one at a time, `part` tells which of its item's. */
type OpenBlock = { readonly block: number; readonly item: number; readonly part: string; citations: number };
type OpenCall = { readonly block: number; hasInput: boolean };

type Growing = Exclude<BlockStart, { readonly type: 'tool-call' | 'whole' }>;

const ENDINGS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/**
 * Reads the events of one answer. Items are known by their place in the answer: Copilot names the same item anew in
 * each event. OpenRouter begins the next item before the one before it has ended. A class, for one is made per stream
 * and its methods run per chunk.
 */
export class AnswerDecoder {
  #parts: StreamPart[] = [];
  #isStarted = false;
  #isEnded = false;
  #model: string | null = null;
  #blockCount = 0;
  #open: OpenBlock | null = null;
  readonly #calls = new Map<number, OpenCall>();
  /** Items of which something has been told, and those that were told to the end. */
  readonly #told = new Set<number>();
  readonly #done = new Set<number>();
  readonly #phases = new Map<number, JsonObject>();
  #hasCalls = false;

  push(event: JsonObject): readonly StreamPart[] {
    if (this.#isEnded) return [];
    this.#parts = [];
    const type = asText(event['type']) ?? '';
    if (ENDINGS.has(type)) this.#end(type, asObject(event['response']) ?? {});
    else this.#take(type, event);
    return this.#parts;
  }

  #take(type: string, event: JsonObject): void {
    switch (type) {
      case 'response.output_text.delta':
        this.#grow(event, { type: 'text' }, `text${event['content_index']}`);
        return;
      case 'response.refusal.delta':
        this.#grow(event, { type: 'refusal' }, `refusal${event['content_index']}`);
        return;
      case 'response.reasoning_summary_text.delta':
        this.#grow(event, { type: 'reasoning', isSummary: true }, `summary${event['summary_index']}`);
        return;
      // Open Responses' name and OpenAI's.
      case 'response.reasoning.delta':
      case 'response.reasoning_text.delta':
        this.#grow(event, { type: 'reasoning', isSummary: false }, `thought${event['content_index']}`);
        return;
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        this.#growCall(event);
        return;
      case 'response.output_text.annotation.added':
        this.#cite(event);
        return;
      case 'response.output_item.added':
        this.#begin(placeOf(event), asObject(event['item']) ?? {});
        return;
      case 'response.output_item.done':
        this.#finishItem(placeOf(event), asObject(event['item']) ?? {});
        return;
      case 'response.created':
        this.#start(asObject(event['response']) ?? {});
        return;
      case 'error':
        this.#fail(asObject(event['error']) ?? event);
        return;
    }
  }

  #start(response: JsonObject): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#model = asText(response['model']);
    this.#parts.push({
      type: 'start',
      id: asText(response['id']),
      model: this.#model,
      createdS: asNumber(response['created_at']),
      serviceTier: asText(response['service_tier']),
    });
  }

  #startBlock(content: BlockStart): number {
    this.#start({});
    const block = this.#blockCount++;
    this.#parts.push({ type: 'block-start', choice: 0, block, content });
    return block;
  }

  #endBlock(block: number, seal: Seal | null): void {
    this.#parts.push({ type: 'block-end', choice: 0, block, seal });
  }

  #closeOpen(seal: Seal | null): void {
    if (this.#open === null) return;
    this.#endBlock(this.#open.block, seal);
    this.#open = null;
  }

  #grow(event: JsonObject, start: Growing, part: string): void {
    const text = asText(event['delta']) ?? '';
    if (text === '') return;
    const logprobs = event['logprobs'];
    if (Array.isArray(logprobs) && logprobs.length > 0)
      this.#parts.push({ type: 'logprobs', choice: 0, tokens: decodeLogprobs(logprobs) });
    const { block } = this.#openBlock(placeOf(event), part, start);
    this.#parts.push({ type: 'delta', choice: 0, block, text });
  }

  #openBlock(item: number, part: string, start: Growing): OpenBlock {
    const open = this.#open;
    if (open !== null && open.item === item && open.part === part) return open;
    this.#closeOpen(null);
    this.#told.add(item);
    const phase = start.type === 'text' ? phaseOf(this.#phases.get(item) ?? {}) : null;
    const block = this.#startBlock(phase === null ? start : { ...start, ...phase });
    const opened = { block, item, part, citations: 0 };
    this.#open = opened;
    return opened;
  }

  #growCall(event: JsonObject): void {
    const call = this.#calls.get(placeOf(event));
    const text = asText(event['delta']) ?? '';
    if (call === undefined || text === '') return;
    call.hasInput = true;
    this.#parts.push({ type: 'delta', choice: 0, block: call.block, text });
  }

  #cite(event: JsonObject): void {
    const open = this.#open;
    const annotation = asObject(event['annotation']);
    if (open === null || annotation === null || open.item !== placeOf(event)) return;
    open.citations++;
    this.#parts.push({ type: 'citation', choice: 0, block: open.block, citation: decodeAnnotation(annotation) });
  }

  #begin(at: number, item: JsonObject): void {
    const type = item['type'];
    if (type === 'message') this.#phases.set(at, item);
    if (type !== 'function_call' && type !== 'custom_tool_call') return;
    this.#closeOpen(null);
    this.#told.add(at);
    this.#hasCalls = true;
    const block = this.#startBlock({ type: 'tool-call', ...callOf(item) });
    this.#calls.set(at, { block, hasInput: false });
  }

  /** What was not told on the way is told now: the item is here as a whole. */
  #finishItem(at: number, item: JsonObject): void {
    if (this.#done.has(at)) return;
    this.#done.add(at);
    switch (item['type']) {
      case 'message':
        this.#finishMessage(at, item);
        return;
      case 'reasoning':
        this.#finishThought(at, item);
        return;
      case 'function_call':
      case 'custom_tool_call':
        this.#finishCall(at, item);
        return;
      default:
        this.#closeOpen(null);
        this.#tellWhole(item);
    }
  }

  #finishMessage(at: number, item: JsonObject): void {
    if (!this.#told.has(at)) {
      this.#closeOpen(null);
      this.#tellWhole(item);
    }
    const open = this.#open;
    if (open?.item !== at) return;
    const part = asObjects(item['content'])[Number(open.part.replace(/^\D+/, '')) || 0];
    for (const annotation of asObjects(part?.['annotations']).slice(open.citations))
      this.#parts.push({ type: 'citation', choice: 0, block: open.block, citation: decodeAnnotation(annotation) });
    this.#closeOpen(null);
  }

  #finishThought(at: number, item: JsonObject): void {
    const seal = sealOfItem(item, this.#model);
    if (this.#open?.item === at) {
      this.#closeOpen(seal);
      return;
    }
    this.#closeOpen(null);
    if (!this.#told.has(at)) {
      this.#tellWhole(item);
      return;
    }
    // Something else began before the thought had ended: the seal comes behind.
    if (seal !== null) this.#endBlock(this.#startBlock({ type: 'reasoning', isSummary: isSummed(item) }), seal);
  }

  #finishCall(at: number, item: JsonObject): void {
    if (!this.#calls.has(at)) this.#begin(at, item);
    const call = this.#calls.get(at);
    if (call === undefined) return;
    const [part] = decodeOutputItem(item, this.#model);
    if (!call.hasInput && part?.type === 'tool-call' && part.input !== '')
      this.#parts.push({ type: 'delta', choice: 0, block: call.block, text: part.input });
    this.#calls.delete(at);
    this.#endBlock(call.block, null);
  }

  #tellWhole(item: JsonObject): void {
    for (const part of decodeOutputItem(item, this.#model)) {
      if (part.type === 'opaque') {
        this.#endBlock(this.#startBlock({ type: 'whole', part: opaque(part.raw, part.name) }), null);
        continue;
      }
      if (part.type !== 'text' && part.type !== 'refusal' && part.type !== 'reasoning') continue;
      const { type } = part;
      const own = part.extensions === undefined ? {} : { extensions: part.extensions };
      const block = this.#startBlock(type === 'reasoning' ? { type, isSummary: part.isSummary } : { type, ...own });
      if (part.text !== '') this.#parts.push({ type: 'delta', choice: 0, block, text: part.text });
      for (const citation of (type === 'text' ? part.citations : undefined) ?? [])
        this.#parts.push({ type: 'citation', choice: 0, block, citation });
      this.#endBlock(block, type === 'reasoning' ? part.seal : null);
    }
  }

  #end(type: string, response: JsonObject): void {
    this.#start(response);
    if (type === 'response.failed') {
      this.#fail(asObject(response['error']) ?? {});
      return;
    }
    if (this.#done.size === 0 && this.#told.size === 0)
      asObjects(response['output']).forEach((item, at) => {
        this.#finishItem(at, item);
      });
    this.#closeOpen(null);
    for (const { block } of this.#calls.values()) this.#endBlock(block, null);
    const usage = readUsage(response['usage']);
    const finish = decodeFinish(response, this.#hasCalls);
    this.#parts.push({ type: 'finish', choice: 0, finish, stopSequence: null });
    if (usage !== null) this.#parts.push({ type: 'usage', usage, ...tierIn(response) });
    this.#parts.push({ type: 'end' });
    this.#isEnded = true;
  }

  #fail(error: JsonObject): void {
    this.#isEnded = true;
    const message = asText(error['message']) ?? 'The upstream could not complete its answer.';
    this.#parts.push({ type: 'error', message, code: asText(error['code']), status: null });
  }
}

function placeOf(event: JsonObject): number {
  return asNumber(event['output_index']) ?? -1;
}

function isSummed(item: JsonObject): boolean {
  return thoughtsIn(item).at(-1)?.isSummary ?? true;
}

/** Which tier it was served at is told at the end; the beginning repeats what was asked for. */
function tierIn(response: JsonObject): { readonly serviceTier?: string } {
  const serviceTier = asText(response['service_tier']);
  return serviceTier === null ? {} : { serviceTier };
}
