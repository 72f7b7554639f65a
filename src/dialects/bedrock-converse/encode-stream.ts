import { type ContentPart, noUsage, type Seal, type StreamPart, type Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { writeSeal } from '../seal.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { SEAL_FORMAT } from './decode-content.ts';
import { type ContentContext, clientContext, encodeBlob, encodeCitation, encodePart } from './encode-content.ts';
import { encodeStopReason } from './finish-reason.ts';
import { ownOf } from './own.ts';
import { encodeUsage } from './usage.ts';

type Block = { readonly index: number; readonly kind: 'text' | 'reasoning' | 'tool-call'; hasText: boolean };

export type EncodeState = {
  /** By their canonical number: what this dialect cannot say takes no index. */
  readonly open: Map<number, Block>;
  readonly context: ContentContext;
  nextIndex: number;
  usage: Usage;
  hasStarted: boolean;
  stop: JsonObject | null;
};

export function newEncodeState(): EncodeState {
  return { open: new Map(), context: clientContext(), nextIndex: 0, usage: noUsage, hasStarted: false, stop: null };
}

export function encodeConverseStream(): Steps<StreamPart, WireEvent> {
  const state = newEncodeState();
  return { push: (part) => encodeStreamPart(state, part), end: () => [] };
}

/** Usage may come before the finish or after it: `messageStop` and `metadata` are written at the end. */
export function encodeStreamPart(state: EncodeState, part: StreamPart): readonly WireEvent[] {
  const out: WireEvent[] = [];
  if (!state.hasStarted) {
    state.hasStarted = true;
    out.push(event('messageStart', { role: 'assistant' }));
  }
  switch (part.type) {
    case 'usage':
      state.usage = part.usage;
      break;
    case 'end':
      writeEnd(state, out);
      break;
    case 'start':
    case 'logprobs':
    case 'error':
      break;
    default:
      if (part.choice === 0) encodeOfChoice(state, part, out);
  }
  return out;
}

type OfChoice = Exclude<Extract<StreamPart, { readonly choice: number }>, { readonly type: 'logprobs' }>;

function encodeOfChoice(state: EncodeState, part: OfChoice, out: WireEvent[]): void {
  if (part.type === 'block-start') {
    startBlock(state, part, out);
    return;
  }
  if (part.type === 'finish') {
    const stopReason = encodeStopReason(part.finish, part.stopSequence);
    state.stop = { stopReason, ...ownOf(part) };
    return;
  }
  const block = state.open.get(part.block);
  if (block === undefined) return;
  if (part.type === 'delta') {
    if (part.text === '') return;
    block.hasText = true;
    out.push(delta(block.index, deltaOf(block, part.text)));
  } else if (part.type === 'citation') out.push(delta(block.index, { citation: encodeCitation(part.citation) }));
  else {
    if (part.seal !== null) writeSealOf(block, part.seal, out);
    state.open.delete(part.block);
    out.push(event('contentBlockStop', { contentBlockIndex: block.index }));
  }
}

/** Only a thought has a place for a seal: a signature beside its text, or the thought itself instead of one. */
function writeSealOf({ index, kind, hasText }: Block, seal: Seal, out: WireEvent[]): void {
  if (kind !== 'reasoning') return;
  const isRedacted = seal.isWhole && !hasText;
  const change = isRedacted ? { redactedContent: encodeBlob(seal) } : { signature: writeSeal(seal, SEAL_FORMAT) };
  out.push(delta(index, { reasoningContent: change }));
}

function startBlock(
  state: EncodeState,
  { block, content }: Extract<StreamPart, { readonly type: 'block-start' }>,
  out: WireEvent[],
): void {
  if (content.type === 'whole') {
    writeWhole(state, content.part, out);
    return;
  }
  const index = state.nextIndex++;
  const kind = content.type === 'refusal' ? 'text' : content.type;
  state.open.set(block, { index, kind, hasText: false });
  if (content.type !== 'tool-call') return;
  const toolUse = { toolUseId: content.id, name: flatToolName(content) };
  out.push(event('contentBlockStart', { start: { toolUse }, contentBlockIndex: index }));
}

function deltaOf({ kind }: Block, text: string): JsonObject {
  if (kind === 'text') return { text };
  return kind === 'reasoning' ? { reasoningContent: { text } } : { toolUse: { input: text } };
}

/** Blocks that come whole, as the stream would have brought them. */
function writeWhole(state: EncodeState, part: ContentPart, out: WireEvent[]): void {
  const pieces = piecesOf(encodePart(part, state.context) ?? {});
  if (pieces === null) return;
  const index = state.nextIndex++;
  if (pieces.start !== null) out.push(event('contentBlockStart', { start: pieces.start, contentBlockIndex: index }));
  out.push(delta(index, pieces.delta), event('contentBlockStop', { contentBlockIndex: index }));
}

/** null: a stream of this dialect cannot bring it. */
function piecesOf(block: JsonObject): { readonly start: JsonObject | null; readonly delta: JsonObject } | null {
  const { toolUse, toolResult, image, text } = block;
  if (typeof text === 'string') return { start: null, delta: { text } };
  if (isJsonObject(toolUse)) {
    const { input, ...start } = toolUse;
    return { start: { toolUse: start }, delta: { toolUse: { input: JSON.stringify(input) } } };
  }
  if (isJsonObject(toolResult)) {
    const { content, ...start } = toolResult;
    return { start: { toolResult: start }, delta: { toolResult: content } };
  }
  if (!isJsonObject(image)) return null;
  const { source, ...start } = image;
  return { start: { image: start }, delta: { image: { source } } };
}

function writeEnd(state: EncodeState, out: WireEvent[]): void {
  for (const { index } of state.open.values()) out.push(event('contentBlockStop', { contentBlockIndex: index }));
  state.open.clear();
  out.push(event('messageStop', state.stop ?? { stopReason: 'end_turn' }));
  out.push(event('metadata', { usage: encodeUsage(state.usage), metrics: { latencyMs: 0 } }));
}

function delta(contentBlockIndex: number, change: JsonObject): WireEvent {
  return event('contentBlockDelta', { delta: change, contentBlockIndex });
}

function event(name: string, data: JsonObject): WireEvent {
  return { name, data: JSON.stringify(data) };
}
