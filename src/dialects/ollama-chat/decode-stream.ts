import type { StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { asObjects, asText } from '../loosely.ts';
import { callIdOf, readCreatedAt } from './created-at.ts';
import { decodeCall } from './decode-messages.ts';
import { readLogprobs } from './logprobs.ts';
import type { OllamaShape } from './shape.ts';
import { readFinish, readUsage } from './usage.ts';

export type DecodingState = {
  hasStarted: boolean;
  /** The block that grows; null: none. */
  open: 'reasoning' | 'text' | null;
  blocks: number;
  calls: number;
};

export function decodeStream(shape: OllamaShape): Steps<WireEvent, StreamPart> {
  const state: DecodingState = { hasStarted: false, open: null, blocks: 0, calls: 0 };
  return { push: ({ data }) => decodeLine(state, parse(data), shape), end: () => [] };
}

function parse(data: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(data);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

export function decodeLine(state: DecodingState, line: JsonObject, shape: OllamaShape): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  const error = asText(line['error']);
  if (error !== null) return [{ type: 'error', message: error, code: null, status: null }];
  const said = shape.read(line);
  if (said === null && line['done'] !== true) return parts;
  if (!state.hasStarted) parts.push(start(state, line));
  grow(state, 'reasoning', asText(said?.['thinking']) ?? '', parts);
  grow(state, 'text', asText(said?.['content']) ?? '', parts);
  const calls = said === null ? [] : asObjects(said['tool_calls']);
  for (const call of calls) takeCall(state, call, line, parts);
  const tokens = readLogprobs(line['logprobs']);
  if (tokens !== null) parts.push({ type: 'logprobs', choice: 0, tokens });
  if (line['done'] === true) finish(state, line, parts);
  return parts;
}

function start(state: DecodingState, line: JsonObject): StreamPart {
  state.hasStarted = true;
  const createdS = readCreatedAt(line['created_at']);
  return { type: 'start', id: null, model: asText(line['model']), createdS, serviceTier: null };
}

function grow(state: DecodingState, type: 'reasoning' | 'text', text: string, parts: StreamPart[]): void {
  if (text === '') return;
  if (state.open !== type) {
    close(state, parts);
    state.open = type;
    const content = type === 'text' ? ({ type } as const) : ({ type, isSummary: false } as const);
    parts.push({ type: 'block-start', choice: 0, block: state.blocks, content });
  }
  parts.push({ type: 'delta', choice: 0, block: state.blocks, text });
}

function close(state: DecodingState, parts: StreamPart[]): void {
  if (state.open === null) return;
  parts.push({ type: 'block-end', choice: 0, block: state.blocks, seal: null });
  state.blocks += 1;
  state.open = null;
}

/** Calls come whole. */
function takeCall(state: DecodingState, call: JsonObject, line: JsonObject, parts: StreamPart[]): void {
  close(state, parts);
  const { input, ...content } = decodeCall(call, callIdOf(line['created_at'], state.calls));
  const at = { choice: 0, block: state.blocks };
  state.calls += 1;
  state.blocks += 1;
  parts.push({ type: 'block-start', ...at, content });
  parts.push({ type: 'delta', ...at, text: input });
  parts.push({ type: 'block-end', ...at, seal: null });
}

function finish(state: DecodingState, line: JsonObject, parts: StreamPart[]): void {
  close(state, parts);
  const reason = readFinish(line['done_reason'], state.calls > 0);
  parts.push({ type: 'finish', choice: 0, finish: reason, stopSequence: null });
  const usage = readUsage(line);
  if (usage !== null) parts.push({ type: 'usage', usage });
  parts.push({ type: 'end' });
}
