import type { BlockStart, ContentPart, Seal, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { statusOfException } from '../bedrock/error.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { asText } from '../loosely.ts';
import { readSeal } from '../seal.ts';
import { decodeBlob, decodeBlocks, decodeCitation, opaque, SEAL_FORMAT } from './decode-content.ts';
import { stopOf, tierOf } from './decode-response.ts';
import { decodeStopReason } from './finish-reason.ts';
import { ownExtensions } from './own.ts';
import { decodeUsage } from './usage.ts';

/** A block that grows in canonical form too: only its seal is kept back until it ends. */
type GrowingBlock = { readonly kind: 'growing'; readonly block: number; signature: string; redacted: string };
/** One that is whole in canonical form, so it is gathered: a tool that the provider runs, its result, an image. */
type GatheredBlock = {
  readonly kind: 'gathered';
  readonly start: JsonObject;
  text: string;
  readonly items: JsonObject[];
};

export type DecodeState = {
  readonly open: Map<unknown, GrowingBlock | GatheredBlock>;
  nextBlock: number;
  hasStarted: boolean;
  hasFinished: boolean;
  hasEnded: boolean;
};

export function newDecodeState(): DecodeState {
  return { open: new Map(), nextBlock: 0, hasStarted: false, hasFinished: false, hasEnded: false };
}

export function decodeConverseStream(): Steps<WireEvent, StreamPart> {
  const state = newDecodeState();
  return {
    push: (event) => decodeEvent(state, event),
    end: () => (state.hasFinished && !state.hasEnded ? [{ type: 'end' }] : []),
  };
}

/** `metadata` after `messageStop` is the last event. */
export function decodeEvent(state: DecodeState, { name, data }: WireEvent): readonly StreamPart[] {
  const event = parsed(data);
  if (event === null || name === null || state.hasEnded) return [];
  const out: StreamPart[] = [];
  if (!state.hasStarted) {
    state.hasStarted = true;
    out.push({ type: 'start', id: null, model: null, createdS: null, serviceTier: null });
  }
  switch (name) {
    case 'contentBlockStart':
      startBlock(state, event, out);
      break;
    case 'contentBlockDelta':
      growBlock(state, event, out);
      break;
    case 'contentBlockStop':
      stopBlock(state, event['contentBlockIndex'], out);
      break;
    case 'messageStop':
      finish(state, event, out);
      break;
    case 'metadata':
      takeMetadata(state, event, out);
      break;
    default:
      takeException(name, event, out);
  }
  return out;
}

function startBlock(state: DecodeState, event: JsonObject, out: StreamPart[]): void {
  const start = isJsonObject(event['start']) ? event['start'] : {};
  const { toolUse } = start;
  if (isJsonObject(toolUse) && isOfCaller(toolUse)) {
    const { toolUseId, name } = toolUse;
    const id = typeof toolUseId === 'string' ? toolUseId : '';
    const content: BlockStart = { type: 'tool-call', id, name: asText(name) ?? '', kind: 'function', namespace: null };
    openBlock(state, event['contentBlockIndex'], content, out);
  } else if (Object.keys(start).length > 0)
    state.open.set(event['contentBlockIndex'], { kind: 'gathered', start, text: '', items: [] });
}

function isOfCaller({ type }: JsonObject): boolean {
  return type === undefined || type === null || type === 'tool_use';
}

/** Text and thoughts begin with their first delta. */
function openBlock(state: DecodeState, index: unknown, content: BlockStart, out: StreamPart[]): GrowingBlock {
  const block: GrowingBlock = { kind: 'growing', block: state.nextBlock++, signature: '', redacted: '' };
  state.open.set(index, block);
  out.push({ type: 'block-start', choice: 0, block: block.block, content });
  return block;
}

function growBlock(state: DecodeState, event: JsonObject, out: StreamPart[]): void {
  const index = event['contentBlockIndex'];
  const { delta } = event;
  if (!isJsonObject(delta)) return;
  const known = state.open.get(index);
  if (known?.kind === 'gathered') {
    gather(known, delta);
    return;
  }
  const { text, toolUse, reasoningContent, citation } = delta;
  if (typeof text === 'string') {
    // A model that only thinks begins with a text of nothing.
    if (text === '') return;
    const { block } = known ?? openBlock(state, index, { type: 'text' }, out);
    out.push({ type: 'delta', choice: 0, block, text });
  } else if (isJsonObject(toolUse)) {
    if (known !== undefined && typeof toolUse['input'] === 'string' && toolUse['input'] !== '')
      out.push({ type: 'delta', choice: 0, block: known.block, text: toolUse['input'] });
  } else if (isJsonObject(reasoningContent)) {
    think(known ?? openBlock(state, index, { type: 'reasoning', isSummary: false }, out), reasoningContent, out);
  } else if (isJsonObject(citation)) {
    const { block } = known ?? openBlock(state, index, { type: 'text' }, out);
    out.push({ type: 'citation', choice: 0, block, citation: decodeCitation(citation) });
  }
}

function think(block: GrowingBlock, { text, signature, redactedContent }: JsonObject, out: StreamPart[]): void {
  if (typeof text === 'string' && text !== '') out.push({ type: 'delta', choice: 0, block: block.block, text });
  if (typeof signature === 'string') block.signature += signature;
  if (typeof redactedContent === 'string') block.redacted += decodeBlob(redactedContent);
}

function gather(block: GatheredBlock, { toolUse, toolResult, image }: JsonObject): void {
  if (isJsonObject(toolUse) && typeof toolUse['input'] === 'string') block.text += toolUse['input'];
  if (Array.isArray(toolResult)) block.items.push(...toolResult.filter(isJsonObject));
  if (isJsonObject(image)) block.items.push(image);
}

function stopBlock(state: DecodeState, index: unknown, out: StreamPart[]): void {
  const known = state.open.get(index);
  if (known === undefined) return;
  state.open.delete(index);
  if (known.kind === 'growing') {
    out.push({ type: 'block-end', choice: 0, block: known.block, seal: sealOf(known) });
    return;
  }
  const part = gathered(known);
  if (part === null) return;
  const at = { choice: 0, block: state.nextBlock++ };
  out.push({ type: 'block-start', ...at, content: { type: 'whole', part } }, { type: 'block-end', ...at, seal: null });
}

function sealOf({ signature, redacted }: GrowingBlock): Seal | null {
  if (redacted !== '') return readSeal(redacted, SEAL_FORMAT, true);
  return signature === '' ? null : readSeal(signature, SEAL_FORMAT, false);
}

/** As the plain answer would have had it. */
function gathered({ start, text, items }: GatheredBlock): ContentPart | null {
  const { toolUse, toolResult, image } = start;
  if (isJsonObject(toolUse)) return opaque({ toolUse: { ...toolUse, input: parsed(text) ?? {} } });
  if (isJsonObject(toolResult)) return opaque({ toolResult: { ...toolResult, content: items } });
  if (!isJsonObject(image)) return opaque(start);
  return decodeBlocks([{ image: Object.assign({}, image, ...items) }])[0] ?? null;
}

function finish(state: DecodeState, event: JsonObject, out: StreamPart[]): void {
  for (const index of state.open.keys()) stopBlock(state, index, out);
  state.hasFinished = true;
  const { stopReason, additionalModelResponseFields } = event;
  const own = additionalModelResponseFields === undefined ? {} : ownExtensions({ additionalModelResponseFields });
  const stopSequence = stopOf(event);
  out.push({ type: 'finish', choice: 0, finish: decodeStopReason(stopReason), stopSequence, ...own });
}

function takeMetadata(state: DecodeState, event: JsonObject, out: StreamPart[]): void {
  const usage = decodeUsage(event['usage']);
  const serviceTier = tierOf(event['serviceTier']);
  if (usage !== null) out.push({ type: 'usage', usage, ...(serviceTier === null ? {} : { serviceTier }) });
  if (!state.hasFinished) return;
  state.hasEnded = true;
  out.push({ type: 'end' });
}

function takeException(name: string, { message }: JsonObject, out: StreamPart[]): void {
  const status = statusOfException(name);
  if (status === null) return;
  out.push({ type: 'error', message: typeof message === 'string' ? message : name, code: name, status });
}

function parsed(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
