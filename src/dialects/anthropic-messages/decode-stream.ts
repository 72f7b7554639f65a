import type { Seal, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { argumentsObject } from '../arguments-object.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { readSeal } from '../seal.ts';
import { decodeCitation, decodeCitations } from './citations.ts';
import { opaqueOf } from './content.ts';
import { statusOfType } from './error.ts';
import { unifiedReason } from './finish-reason.ts';
import { OWN, restOf, textIn, textOrNull } from './own.ts';
import { decodeHead, ownEnding } from './response.ts';
import { mergeUsage, readUsage } from './usage.ts';

/** A block that has begun and not ended. */
type OpenBlock = {
  readonly block: number;
  readonly start: JsonObject;
  /** `opaque`: held back until it is whole. */
  readonly kind: 'text' | 'thinking' | 'redacted' | 'call' | 'opaque';
  signature: string;
  /** Input of a call: whether any came, and of an opaque block what came. */
  input: string;
  /** Members of an opaque block that come as deltas of their own (a compaction's text). */
  members: JsonObject;
};

export type DecodingState = {
  readonly open: Map<number, OpenBlock>;
  next: number;
  usage: JsonObject;
  hasEnded: boolean;
};

const NONE: readonly StreamPart[] = [];
const CALL_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'name', 'input']);
const KINDS: ReadonlyMap<string, OpenBlock['kind']> = new Map([
  ['text', 'text'],
  ['thinking', 'thinking'],
  ['redacted_thinking', 'redacted'],
  ['tool_use', 'call'],
]);

export function openDecoding(): DecodingState {
  return { open: new Map(), next: 0, usage: {}, hasEnded: false };
}

export function decodeStream(): Steps<WireEvent, StreamPart> {
  const state = openDecoding();
  return { push: (event) => decodeEvent(state, event), end: () => NONE };
}

/** One event's parts. Pings, unknown events and what is no JSON (a gateway's `[DONE]`) have none. */
export function decodeEvent(state: DecodingState, { data }: WireEvent): readonly StreamPart[] {
  if (state.hasEnded || data.charCodeAt(0) !== 0x7b) return NONE;
  const event = parsed(data);
  if (event === null) return NONE;
  switch (event['type']) {
    case 'content_block_delta':
      return isJsonObject(event['delta']) ? decodeDelta(state, event, event['delta']) : NONE;
    case 'content_block_start':
      return isJsonObject(event['content_block']) ? startBlock(state, event, event['content_block']) : NONE;
    case 'content_block_stop':
      return stopBlock(state, Number(event['index']));
    case 'message_start':
      return isJsonObject(event['message']) ? startMessage(state, event['message']) : NONE;
    case 'message_delta':
      return decodeMessageDelta(state, event);
    case 'message_stop':
      state.hasEnded = true;
      return [...[...state.open.keys()].flatMap((index) => stopBlock(state, index)), { type: 'end' }];
    case 'error':
      return [errorPart(event['error'])];
    default:
      return NONE;
  }
}

function parsed(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function startMessage(state: DecodingState, message: JsonObject): readonly StreamPart[] {
  state.usage = mergeUsage(state.usage, message['usage']);
  const { extensions, ...head } = decodeHead(message);
  const usage = readUsage(state.usage);
  // For this dialect's encoder, whose first event wants the counts before the usage part comes.
  const own = { ...extensions?.[OWN], usage: state.usage };
  const start: StreamPart = { type: 'start', ...head, extensions: { [OWN]: own } };
  return usage === null ? [start] : [start, { type: 'usage', usage }];
}

function startBlock(state: DecodingState, event: JsonObject, start: JsonObject): readonly StreamPart[] {
  const kind = KINDS.get(textIn(start['type'])) ?? 'opaque';
  const block = state.next++;
  const opened: OpenBlock = { block, start, kind, signature: textIn(start['signature']), input: '', members: {} };
  state.open.set(Number(event['index']), opened);
  if (kind === 'opaque') return NONE;
  const at = { choice: 0, block };
  if (kind === 'call') {
    const rest = restOf(start, CALL_FIELDS);
    const own = rest === null ? {} : { extensions: { [OWN]: rest } };
    const call = { id: textIn(start['id']), name: textIn(start['name']), kind: 'function', namespace: null } as const;
    return [{ type: 'block-start', ...at, content: { type: 'tool-call', ...call, ...own } }];
  }
  const begun = textIn(kind === 'text' ? start['text'] : start['thinking']);
  const parts: StreamPart[] = [{ type: 'block-start', ...at, content: contentOf(kind) }];
  if (begun !== '') parts.push({ type: 'delta', ...at, text: begun });
  for (const citation of decodeCitations(start['citations'])) parts.push({ type: 'citation', ...at, citation });
  return parts;
}

function contentOf(kind: 'text' | 'thinking' | 'redacted'): Extract<StreamPart, { type: 'block-start' }>['content'] {
  return kind === 'text' ? { type: 'text' } : { type: 'reasoning', isSummary: true };
}

function decodeDelta(state: DecodingState, event: JsonObject, delta: JsonObject): readonly StreamPart[] {
  const open = state.open.get(Number(event['index']));
  if (open === undefined) return NONE;
  switch (delta['type']) {
    case 'text_delta':
      return grown(open, delta['text']);
    case 'thinking_delta':
      return grown(open, delta['thinking']);
    case 'input_json_delta':
      open.input += textIn(delta['partial_json']);
      return open.kind === 'call' ? grown(open, delta['partial_json']) : NONE;
    case 'signature_delta':
      open.signature += textIn(delta['signature']);
      return NONE;
    case 'citations_delta': {
      const { citation } = delta;
      if (!isJsonObject(citation)) return NONE;
      return [{ type: 'citation', choice: 0, block: open.block, citation: decodeCitation(citation) }];
    }
    default: {
      const { type: _, ...members } = delta;
      open.members = { ...open.members, ...members };
      return NONE;
    }
  }
}

function grown({ block }: OpenBlock, text: unknown): readonly StreamPart[] {
  return typeof text === 'string' && text !== '' ? [{ type: 'delta', choice: 0, block, text }] : NONE;
}

function stopBlock(state: DecodingState, index: number): readonly StreamPart[] {
  const open = state.open.get(index);
  if (open === undefined) return NONE;
  state.open.delete(index);
  const { kind, block, start, input } = open;
  const at = { choice: 0, block };
  if (kind === 'opaque') {
    const part = opaqueOf({ ...start, ...open.members, ...(input === '' ? {} : { input: argumentsObject(input) }) });
    return [
      { type: 'block-start', ...at, content: { type: 'whole', part } },
      { type: 'block-end', ...at, seal: null },
    ];
  }
  const end: StreamPart = { type: 'block-end', ...at, seal: sealOf(open) };
  // A call without input, or one whose input stands at its beginning, as compatible servers write it.
  if (kind === 'call' && input === '')
    return [{ type: 'delta', ...at, text: JSON.stringify(start['input'] ?? {}) }, end];
  return [end];
}

function sealOf({ kind, signature, start }: OpenBlock): Seal | null {
  if (kind === 'redacted') return readSeal(textIn(start['data']), 'anthropic-claude-v1', true);
  return kind === 'thinking' && signature !== '' ? readSeal(signature, 'anthropic-claude-v1', false) : null;
}

function decodeMessageDelta(state: DecodingState, event: JsonObject): readonly StreamPart[] {
  state.usage = mergeUsage(state.usage, event['usage']);
  const parts: StreamPart[] = [];
  const delta = isJsonObject(event['delta']) ? event['delta'] : {};
  const raw = textOrNull(delta['stop_reason']);
  if (raw !== null) {
    const extensions = ownEnding({ ...delta, context_management: event['context_management'] });
    const finish = { unified: unifiedReason(raw), raw };
    const stopSequence = textOrNull(delta['stop_sequence']);
    parts.push({ type: 'finish', choice: 0, finish, stopSequence, ...(extensions === null ? {} : { extensions }) });
  }
  const usage = readUsage(state.usage);
  if (usage !== null) parts.push({ type: 'usage', usage });
  return parts;
}

function errorPart(error: unknown): StreamPart {
  const { type, message } = isJsonObject(error) ? error : {};
  const code = textOrNull(type);
  const text = textOrNull(message) ?? 'The upstream broke off with an error.';
  return { type: 'error', message: text, code, status: code === null ? null : statusOfType(code) };
}
