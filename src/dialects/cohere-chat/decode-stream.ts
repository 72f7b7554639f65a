import type { BlockStart, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { asNumber, asObject, asText } from '../loosely.ts';
import { isOfText, PLAN } from './assistant.ts';
import { decodeCitation } from './citations.ts';
import { readLogprobs } from './logprobs.ts';
import { readFinish, readUsage } from './usage.ts';

export type DecodingState = {
  blocks: number;
  /** The block of text, thought or plan that may still grow: citations of a text come after its end. */
  open: number | null;
  isPlan: boolean;
  /** Blocks by Cohere's own numbers, which count content and calls apart. */
  readonly contents: number[];
  readonly calls: number[];
  firstText: number | null;
};

export function decodeStream(): Steps<WireEvent, StreamPart> {
  const state: DecodingState = { blocks: 0, open: null, isPlan: false, contents: [], calls: [], firstText: null };
  return { push: ({ data }) => decodeEvent(state, parse(data)), end: () => [] };
}

/** `[DONE]`, which follows the end, is no object. */
function parse(data: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(data);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

export function decodeEvent(state: DecodingState, event: JsonObject): readonly StreamPart[] {
  const delta = asObject(event['delta']);
  const message = asObject(delta?.['message']);
  const index = asNumber(event['index']) ?? 0;
  switch (event['type']) {
    case 'content-delta':
      return growContent(state.contents[index], asObject(message?.['content']), event);
    case 'tool-call-delta':
      return grow(state.calls[index], asText(calledIn(message)?.['arguments']));
    case 'tool-plan-delta':
      return growPlan(state, asText(message?.['tool_plan']));
    case 'message-start':
      return [{ type: 'start', id: asText(event['id']), model: null, createdS: null, serviceTier: null }];
    case 'content-start':
      return startContent(state, index, asObject(message?.['content']));
    case 'tool-call-start':
      return startCall(state, index, asObject(message?.['tool_calls']));
    case 'tool-call-end':
      return closed(state.calls[index]);
    case 'citation-start':
      return cite(state, asObject(message?.['citations']));
    case 'message-end':
      return finish(state, delta ?? {});
    default:
      return event['type'] === undefined ? brokenOff(asText(event['message'])) : [];
  }
}

function brokenOff(message: string | null): readonly StreamPart[] {
  return message === null ? [] : [{ type: 'error', message, code: null, status: null }];
}

function begin(state: DecodingState, content: BlockStart, parts: StreamPart[]): number {
  parts.push(...closed(state.open));
  const block = state.blocks;
  state.blocks += 1;
  state.isPlan = false;
  state.open = content.type === 'tool-call' ? null : block;
  parts.push({ type: 'block-start', choice: 0, block, content });
  return block;
}

function closed(block: number | null | undefined): readonly StreamPart[] {
  return block === null || block === undefined ? [] : [{ type: 'block-end', choice: 0, block, seal: null }];
}

function grow(block: number | undefined, text: string | null): readonly StreamPart[] {
  return block === undefined || text === null || text === '' ? [] : [{ type: 'delta', choice: 0, block, text }];
}

function startContent(state: DecodingState, index: number, content: JsonObject | null): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  const isThought = content?.['type'] === 'thinking';
  const block = begin(state, isThought ? { type: 'reasoning', isSummary: false } : { type: 'text' }, parts);
  state.contents[index] = block;
  if (!isThought) state.firstText ??= block;
  return [...parts, ...grow(block, textIn(content))];
}

function growContent(block: number | undefined, content: JsonObject | null, event: JsonObject): readonly StreamPart[] {
  const grown = grow(block, textIn(content));
  const logprobs = asObject(event['logprobs']);
  return logprobs === null ? grown : [...grown, { type: 'logprobs', choice: 0, tokens: readLogprobs([logprobs]) }];
}

function textIn(content: JsonObject | null): string | null {
  return asText(content?.['text']) ?? asText(content?.['thinking']);
}

/** A plan has neither start nor end of its own. */
function growPlan(state: DecodingState, text: string | null): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  if (!state.isPlan) begin(state, { type: 'reasoning', isSummary: false, extensions: PLAN }, parts);
  state.isPlan = true;
  return [...parts, ...grow(state.open ?? undefined, text)];
}

function startCall(state: DecodingState, index: number, call: JsonObject | null): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  const called = asObject(call?.['function']);
  const id = asText(call?.['id']) ?? '';
  const name = asText(called?.['name']) ?? '';
  const block = begin(state, { type: 'tool-call', id, name, kind: 'function', namespace: null }, parts);
  state.calls[index] = block;
  return [...parts, ...grow(block, asText(called?.['arguments']))];
}

function calledIn(message: JsonObject | null): JsonObject | null {
  return asObject(asObject(message?.['tool_calls'])?.['function']);
}

function cite(state: DecodingState, raw: JsonObject | null): readonly StreamPart[] {
  if (raw === null || !isOfText(raw)) return [];
  const named = asNumber(raw['content_index']);
  const block = named === null ? state.firstText : (state.contents[named] ?? state.firstText);
  return block === null ? [] : [{ type: 'citation', choice: 0, block, citation: decodeCitation(raw) }];
}

function finish(state: DecodingState, delta: JsonObject): readonly StreamPart[] {
  const error = asText(delta['error']);
  if (error !== null) return brokenOff(error);
  const usage = readUsage(delta['usage']);
  return [
    ...closed(state.open),
    { type: 'finish', choice: 0, finish: readFinish(delta['finish_reason']), stopSequence: null },
    ...(usage === null ? [] : [{ type: 'usage', usage } as const]),
    { type: 'end' },
  ];
}
