import type { FinishReason, OpaquePart, Seal, StreamPart, Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { isSearch, opaqueBlocks } from '../anthropic/web-search.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import { frameEvent } from '../framing/framing.ts';
import type { Framing, WireEvent } from '../framing/wire-event.ts';
import { writeSeal } from '../seal.ts';
import { encodeCitation } from './citations.ts';
import { errorBody } from './error.ts';
import { stopReason } from './finish-reason.ts';
import { ownOf } from './own.ts';
import { callBlock, endFields, messageHead, sealBlock } from './response.ts';
import { readUsage, writeUsage } from './usage.ts';

type BlockPart = Extract<StreamPart, { readonly block: number }>;
type BlockStartPart = Extract<StreamPart, { readonly type: 'block-start' }>;
type StartPart = Extract<StreamPart, { readonly type: 'start' }>;
type FinishPart = Extract<StreamPart, { readonly type: 'finish' }>;

export type EncodingState = {
  readonly context: AnswerContext;
  start: StartPart | null;
  finish: FinishPart | null;
  usage: Usage | null;
  /** Blocks written so far: the next one's index. */
  written: number;
  /** The block that is being written: Anthropic's come one after another, its SDK takes them so. */
  current: BlockStartPart | null;
  /** Whether its `content_block_start` is out: text and thoughts wait for their first word. */
  isOpen: boolean;
  /** Blocks that began meanwhile, in their order, with what came of them. */
  readonly waiting: Map<number, BlockPart[]>;
  hasCalls: boolean;
  hasRefusal: boolean;
  searches: number;
  isOver: boolean;
};

const UNFINISHED: FinishReason = { unified: 'other', raw: null };
const UNSAID: StartPart = { type: 'start', id: null, model: null, createdS: null, serviceTier: null };

export function openEncodingStream(context: AnswerContext): EncodingState {
  return {
    context,
    start: null,
    finish: null,
    usage: null,
    written: 0,
    current: null,
    isOpen: false,
    waiting: new Map(),
    hasCalls: false,
    hasRefusal: false,
    searches: 0,
    isOver: false,
  };
}

export function encodeStream(context: AnswerContext): Steps<StreamPart, WireEvent> {
  const state = openEncodingStream(context);
  return { push: (part) => encodeStreamPart(state, part), end: () => [] };
}

/** Anthropic's own sign of life. */
export function ping(framing: Framing): Buffer {
  return frameEvent(framing, { name: 'ping', data: '{"type":"ping"}' });
}

/** One part's events. Of several answers the first counts. */
export function encodeStreamPart(state: EncodingState, part: StreamPart): readonly WireEvent[] {
  const events: WireEvent[] = [];
  if (state.isOver || ('choice' in part && part.choice !== 0)) return events;
  if (part.type === 'usage') state.usage = part.usage;
  else if (part.type === 'finish') state.finish = part;
  else if (part.type === 'error') fail(state, part, events);
  else if (part.type !== 'logprobs') {
    if (state.start === null) startMessage(state, part.type === 'start' ? part : UNSAID, events);
    if (part.type === 'end') endMessage(state, events);
    else if (part.type !== 'start') takeBlockPart(state, part, events);
  }
  return events;
}

function send(events: WireEvent[], type: string, fields: JsonObject): void {
  events.push({ name: type, data: JSON.stringify({ type, ...fields }) });
}

function startMessage(state: EncodingState, start: StartPart, events: WireEvent[]): void {
  state.start = start;
  const known = readUsage(ownOf(start.extensions)['usage']);
  const message = {
    ...messageHead(start, state.context),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...endFields(undefined),
    diagnostics: ownOf(start.extensions)['diagnostics'] ?? null,
    usage: writeUsage(known, start.serviceTier, 0),
  };
  send(events, 'message_start', { message });
  send(events, 'ping', {});
}

function takeBlockPart(state: EncodingState, part: BlockPart, events: WireEvent[]): void {
  if (part.type === 'block-start') {
    if (state.current === null) beginBlock(state, part, events);
    else state.waiting.set(part.block, [part]);
  } else if (part.block !== state.current?.block) state.waiting.get(part.block)?.push(part);
  else if (part.type === 'block-end') finishBlock(state, state.current, part.seal, events);
  else growBlock(state, state.current, part, events);
}

function beginBlock(state: EncodingState, part: BlockStartPart, events: WireEvent[]): void {
  const { content } = part;
  state.current = part;
  state.isOpen = false;
  if (content.type === 'refusal') state.hasRefusal = true;
  if (content.type === 'tool-call') {
    state.hasCalls = true;
    openBlock(state, { ...callBlock(content), ...ownOf(content.extensions) }, events);
  } else if (content.type === 'whole' && content.part.type === 'opaque') openWhole(state, content.part, events);
}

/** Another provider's search is two blocks: the last one is open then. */
function openWhole(state: EncodingState, part: OpaquePart, events: WireEvent[]): void {
  for (const block of opaqueBlocks(part)) {
    closeBlock(state, events);
    if (isSearch(block)) state.searches++;
    openOpaque(state, block, events);
  }
}

function openBlock(state: EncodingState, block: JsonObject, events: WireEvent[]): void {
  state.isOpen = true;
  send(events, 'content_block_start', { index: state.written, content_block: block });
}

/** A server tool's input comes as a call's does, and a compaction's text as its delta; all others come whole. */
function openOpaque(state: EncodingState, raw: JsonObject, events: WireEvent[]): void {
  const { type, input, content } = raw;
  if (type === 'compaction') {
    openBlock(state, { ...raw, content: null }, events);
    const delta = { type: 'compaction_delta', content, encrypted_content: raw['encrypted_content'] ?? null };
    send(events, 'content_block_delta', { index: state.written, delta });
  } else if (input === undefined) openBlock(state, raw, events);
  else {
    openBlock(state, { ...raw, input: {} }, events);
    const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) };
    send(events, 'content_block_delta', { index: state.written, delta });
  }
}

function growBlock(
  state: EncodingState,
  { content }: BlockStartPart,
  part: Exclude<BlockPart, { readonly type: 'block-start' | 'block-end' }>,
  events: WireEvent[],
): void {
  if (content.type === 'whole') return;
  if (!state.isOpen) openBlock(state, emptyBlock(content.type), events);
  const delta =
    part.type === 'citation'
      ? { type: 'citations_delta', citation: encodeCitation(part.citation) }
      : deltaOf(content.type, part.text);
  send(events, 'content_block_delta', { index: state.written, delta });
}

function emptyBlock(type: string): JsonObject {
  return type === 'reasoning'
    ? { type: 'thinking', thinking: '', signature: '' }
    : { type: 'text', text: '', citations: null };
}

function deltaOf(type: string, text: string): JsonObject {
  if (type === 'reasoning') return { type: 'thinking_delta', thinking: text, estimated_tokens: null };
  return type === 'tool-call' ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text };
}

function finishBlock(state: EncodingState, { content }: BlockStartPart, seal: Seal | null, events: WireEvent[]): void {
  if (content.type === 'reasoning') sealThought(state, seal, events);
  closeBlock(state, events);
  if (content.type !== 'reasoning') {
    for (const hidden of sealBlock(seal, content.type === 'tool-call' ? content.id : null)) {
      openBlock(state, hidden, events);
      closeBlock(state, events);
    }
  }
  state.current = null;
  nextWaiting(state, events);
}

/** A thought without a word is hidden if its seal is the whole of it; else it is one whose text is not shown. */
function sealThought(state: EncodingState, seal: Seal | null, events: WireEvent[]): void {
  if (seal === null) return;
  const value = writeSeal(seal, 'anthropic-claude-v1');
  if (!state.isOpen && seal.isWhole) openBlock(state, { type: 'redacted_thinking', data: value }, events);
  else {
    if (!state.isOpen) openBlock(state, emptyBlock('reasoning'), events);
    const delta = { type: 'signature_delta', signature: value };
    send(events, 'content_block_delta', { index: state.written, delta });
  }
}

function closeBlock(state: EncodingState, events: WireEvent[]): void {
  if (!state.isOpen) return;
  send(events, 'content_block_stop', { index: state.written });
  state.written++;
  state.isOpen = false;
}

function nextWaiting(state: EncodingState, events: WireEvent[]): void {
  const next = state.waiting.entries().next().value;
  if (next === undefined) return;
  const [block, parts] = next;
  state.waiting.delete(block);
  for (const part of parts) takeBlockPart(state, part, events);
}

function endMessage(state: EncodingState, events: WireEvent[]): void {
  while (state.current !== null) finishBlock(state, state.current, null, events);
  state.isOver = true;
  const { start, usage, hasCalls, hasRefusal } = state;
  const { finish, stopSequence, extensions } = state.finish ?? { finish: UNFINISHED, stopSequence: null };
  const { stop_details, container, context_management } = endFields(extensions);
  const stop_reason = stopReason({ finish, stopSequence, hasCalls, hasRefusal });
  send(events, 'message_delta', {
    delta: { stop_reason, stop_sequence: stopSequence, stop_details, container },
    context_management,
    usage: writeUsage(usage, start?.serviceTier ?? null, state.searches),
  });
  send(events, 'message_stop', {});
}

function fail(state: EncodingState, part: Extract<StreamPart, { readonly type: 'error' }>, events: WireEvent[]): void {
  state.isOver = true;
  events.push({ name: 'error', data: JSON.stringify(errorBody(part)) });
}
