import type {
  BlockStart,
  ChatResponse,
  ContentPart,
  FinishReason,
  Seal,
  StreamPart,
  TokenLogprob,
  Usage,
} from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { ownOf } from '../openai-responses-items/own.ts';
import { TEXT_SEAL } from '../openai-responses-items/seals.ts';
import { searchItem } from '../openai-responses-items/web-search.ts';
import { outcomeOf } from './finish-reason.ts';
import { type IdPrefix, itemId } from './ids.ts';
import { type CallStart, OpenCall } from './open-call.ts';
import type { Emit, ItemStatus, OpenItem, Place } from './open-item.ts';
import { OpenMessage } from './open-message.ts';
import { OpenThought } from './open-thought.ts';
import { responseObject, settingsOf } from './response-object.ts';

type Open = { readonly item: OpenItem; readonly index: number };
type Head = Pick<ChatResponse, 'model' | 'createdS' | 'serviceTier'>;
type TextStart = Extract<BlockStart, { readonly type: 'text' | 'refusal' }>;

const NO_HEAD: Head = { model: null, createdS: null, serviceTier: null };

/**
 * Makes an answer of its parts and tells each step as an event. A class, for one is made per answer and its methods run
 * per chunk. Of several answers the first counts: the API has but one.
 */
export class AnswerEncoder {
  readonly #context: AnswerContext;
  readonly #emit: Emit;
  readonly #settings: JsonObject;
  readonly #output: JsonObject[] = [];
  readonly #calls = new Map<number, Open & { readonly callId: string }>();
  #head = NO_HEAD;
  #isStarted = false;
  #isEnded = false;
  #itemCount = 0;
  /** The message or thought to which more may come, and the block that is being written. */
  #message: (Open & { readonly item: OpenMessage }) | null = null;
  #thought: (Open & { readonly item: OpenThought }) | null = null;
  #block = -1;
  #isThinking = false;
  /** A block of text that has no letter yet: an empty one makes no message. */
  #awaited: TextStart | null = null;
  #logprobs: readonly TokenLogprob[] = [];
  #finish: FinishReason | null = null;
  #usage: Usage | null = null;

  constructor(context: AnswerContext, emit: Emit) {
    this.#context = context;
    this.#emit = emit;
    this.#settings = settingsOf(context);
  }

  push(part: StreamPart): void {
    if (this.#isEnded) return;
    if (part.type === 'start') this.#head = part;
    if (!this.#isStarted) this.#start();
    if ('choice' in part && part.choice !== 0) return;
    switch (part.type) {
      case 'block-start':
        this.#startBlock(part.block, part.content);
        return;
      case 'delta':
        this.#write(part.block, part.text);
        return;
      case 'citation':
        if (part.block === this.#block) this.#openAwaited();
        this.#itemOf(part.block)?.cite(part.citation);
        return;
      case 'block-end':
        this.#endBlock(part.block, part.seal);
        return;
      case 'logprobs':
        this.#logprobs = this.#logprobs.length === 0 ? part.tokens : [...this.#logprobs, ...part.tokens];
        return;
      case 'finish':
        this.#finish = part.finish;
        return;
      case 'usage':
        this.#usage = part.usage;
        return;
      case 'error':
        this.#fail(part.code, part.message);
        return;
      case 'end':
        this.end();
        return;
    }
  }

  /** Tells the ending of an answer that has come to one. */
  end(): void {
    if (this.#isEnded || this.#finish === null) return;
    const { status, reason } = outcomeOf(this.#finish);
    if (status === 'failed') {
      this.#fail(null, 'The model could not complete its answer.');
      return;
    }
    this.#isEnded = true;
    this.#closeAll(status);
    this.#emit(`response.${status}`, { response: this.response(status, reason, null) });
  }

  response(
    status: 'in_progress' | 'completed' | 'incomplete' | 'failed',
    incompleteReason: string | null,
    error: JsonObject | null,
  ): JsonObject {
    const progress = { ...this.#head, status, output: this.#output, usage: this.#usage, incompleteReason, error };
    return responseObject(this.#context, progress, this.#settings);
  }

  #fail(code: string | null, message: string): void {
    this.#isEnded = true;
    this.#closeAll('incomplete');
    const error = { code: FAILURES.has(code) ? code : 'server_error', message };
    this.#emit('response.failed', { response: this.response('failed', null, error) });
  }

  #start(): void {
    this.#isStarted = true;
    const response = this.response('in_progress', null, null);
    this.#emit('response.created', { response: { ...response, output: [] } });
    this.#emit('response.in_progress', { response: { ...response, output: [] } });
  }

  #startBlock(block: number, content: BlockStart): void {
    this.#block = block;
    this.#isThinking = content.type === 'reasoning';
    this.#awaited = null;
    switch (content.type) {
      case 'text':
      case 'refusal':
        this.#awaited = content;
        return;
      case 'reasoning':
        this.#closeMessage('completed');
        if (content.isSummary && this.#thought?.item.holdsContent() === true) this.#closeThought();
        this.#thought ??= this.#open('rs', (place) => new OpenThought(place));
        this.#thought.item.startBlock(content.isSummary);
        return;
      case 'tool-call':
        this.#startCall(block, content);
        return;
      case 'whole':
        this.#pass(content.part);
        return;
    }
  }

  #startCall(block: number, content: CallStart): void {
    this.#closeMessage('completed');
    this.#closeThought();
    const prefix = content.kind === 'custom' ? 'ctc' : 'fc';
    const call = this.#open(prefix, (place) => new OpenCall(place, content));
    this.#calls.set(block, { ...call, callId: content.id });
  }

  /** What came whole, if this dialect has a place for it: its own items, searches, and images. */
  #pass(part: ContentPart): void {
    const index = this.#itemCount;
    const item = wholeItem(part, itemId('ig', this.#context.exchangeId, index));
    if (item === null) return;
    this.#closeMessage('completed');
    this.#closeThought();
    this.#itemCount++;
    this.#output[index] = item;
    this.#emit('response.output_item.added', { output_index: index, item });
    this.#emit('response.output_item.done', { output_index: index, item });
  }

  #write(block: number, text: string): void {
    if (text === '') return;
    if (block === this.#block) this.#openAwaited();
    this.#itemOf(block)?.delta(text, this.#logprobs);
    if (this.#message !== null) this.#logprobs = [];
  }

  #openAwaited(): void {
    const awaited = this.#awaited;
    if (awaited === null) return;
    this.#awaited = null;
    this.#closeThought();
    const phase = ownOf(awaited)?.['phase'];
    if (phase !== undefined) this.#closeMessage('completed');
    this.#message ??= this.#open('msg', (place) => new OpenMessage(place, phase));
    this.#message.item.startBlock(awaited.type);
  }

  #itemOf(block: number): OpenItem | undefined {
    const call = this.#calls.get(block);
    if (call !== undefined) return call.item;
    return block === this.#block ? (this.#message ?? this.#thought)?.item : undefined;
  }

  #endBlock(block: number, seal: Seal | null): void {
    const call = this.#calls.get(block);
    if (call !== undefined) {
      this.#calls.delete(block);
      this.#output[call.index] = call.item.close('completed');
      if (seal !== null) this.#sealApart({ ...seal, id: call.callId });
      return;
    }
    if (block !== this.#block) return;
    this.#awaited = null;
    if (this.#isThinking) {
      this.#thought?.item.endBlock(seal);
      if (seal !== null) this.#closeThought();
      return;
    }
    this.#message?.item.endBlock(this.#logprobs);
    if (this.#message !== null) this.#logprobs = [];
    if (seal === null) return;
    this.#closeMessage('completed');
    this.#sealApart({ ...seal, id: TEXT_SEAL });
  }

  /** Gemini signs calls and text. Their items have no place for a seal: an empty thought behind them carries it. */
  #sealApart(seal: Seal): void {
    this.#closeThought();
    const thought = this.#open('rs', (place) => new OpenThought(place));
    thought.item.endBlock(seal);
    this.#output[thought.index] = thought.item.close();
  }

  #open<Item extends OpenItem>(prefix: IdPrefix, make: (place: Place) => Item): { item: Item; index: number } {
    const index = this.#itemCount++;
    const id = itemId(prefix, this.#context.exchangeId, index);
    return { item: make({ id, index, emit: this.#emit }), index };
  }

  #closeMessage(status: ItemStatus): void {
    if (this.#message === null) return;
    this.#output[this.#message.index] = this.#message.item.close(status);
    this.#message = null;
  }

  #closeThought(): void {
    if (this.#thought === null) return;
    this.#output[this.#thought.index] = this.#thought.item.close();
    this.#thought = null;
  }

  #closeAll(status: ItemStatus): void {
    this.#closeThought();
    this.#closeMessage(status);
    for (const { index, item } of this.#calls.values()) this.#output[index] = item.close(status);
    this.#calls.clear();
  }
}

/** Codes of `response.error` that the schema knows and an upstream may have sent. */
const FAILURES: ReadonlySet<string | null> = new Set(['server_error', 'rate_limit_exceeded', 'invalid_prompt']);

function wholeItem(part: ContentPart, id: string): JsonObject | null {
  if (part.type === 'opaque') {
    if (part.dialect === 'openai-responses') return part.raw;
    return part.search === undefined ? null : searchItem(part.search);
  }
  if (part.type !== 'image' || part.media.kind !== 'base64') return null;
  return { id, type: 'image_generation_call', status: 'completed', result: part.media.base64 };
}
