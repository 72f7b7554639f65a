import type { BlockStart, FinishReason, StreamPart, TokenLogprob, ToolCallPart, Usage } from '../../inference/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { writeCreatedAt } from './created-at.ts';
import { encodeCall } from './encode-messages.ts';
import { errorLine } from './error.ts';
import { writeLogprobs } from './logprobs.ts';
import type { OllamaShape, Said } from './shape.ts';
import { writeFinish, writeUsage } from './usage.ts';

type Call = Extract<BlockStart, { readonly type: 'tool-call' }>;

export type EncodingState = {
  model: string;
  createdAt: string;
  /** What blocks of the first choice are, by their numbers. */
  readonly blocks: Map<number, BlockStart['type']>;
  /** Calls are written when they are whole: their input is an object here. */
  readonly calls: Map<number, { readonly call: Call; input: string }>;
  written: number;
  finish: FinishReason;
  usage: Usage | null;
};

export function encodeStream({ request, startedS }: AnswerContext, shape: OllamaShape): Steps<StreamPart, WireEvent> {
  const state: EncodingState = {
    model: request.model,
    createdAt: writeCreatedAt(startedS),
    blocks: new Map(),
    calls: new Map(),
    written: 0,
    finish: { unified: 'stop', raw: null },
    usage: null,
  };
  return { push: (part) => encodePart(state, part, shape), end: () => [] };
}

export function encodePart(state: EncodingState, part: StreamPart, shape: OllamaShape): readonly WireEvent[] {
  // Ollama has one answer: the first.
  if ('choice' in part && part.choice !== 0) return [];
  switch (part.type) {
    case 'start':
      state.model = part.model ?? state.model;
      if (part.createdS !== null) state.createdAt = writeCreatedAt(part.createdS);
      return [];
    case 'block-start':
      return begin(state, part.block, part.content);
    case 'delta':
      return grow(state, part.block, part.text, shape);
    case 'block-end':
      return finishCall(state, part.block, shape);
    case 'logprobs':
      return [line(state, {}, shape, part.tokens)];
    case 'finish':
      state.finish = part.finish;
      return [];
    case 'usage':
      state.usage = part.usage;
      return [];
    case 'error':
      return [{ name: null, data: errorLine(part.message) }];
    case 'end':
      return [ending(state, shape)];
    default:
      return [];
  }
}

function begin(state: EncodingState, block: number, content: BlockStart): readonly WireEvent[] {
  state.blocks.set(block, content.type);
  if (content.type === 'tool-call') state.calls.set(block, { call: content, input: '' });
  return [];
}

function grow(state: EncodingState, block: number, text: string, shape: OllamaShape): readonly WireEvent[] {
  const type = state.blocks.get(block);
  if (type === 'tool-call') {
    const open = state.calls.get(block);
    if (open !== undefined) open.input += text;
    return [];
  }
  return [line(state, type === 'reasoning' ? { thinking: text } : { content: text }, shape)];
}

function finishCall(state: EncodingState, block: number, shape: OllamaShape): readonly WireEvent[] {
  const open = state.calls.get(block);
  if (open === undefined) return [];
  state.calls.delete(block);
  const call: ToolCallPart = { ...open.call, input: open.input };
  const encoded = encodeCall(call, state.written);
  state.written += 1;
  return [line(state, { tool_calls: [encoded] }, shape)];
}

function line(state: EncodingState, said: Said, shape: OllamaShape, tokens?: readonly TokenLogprob[]): WireEvent {
  const logprobs = tokens === undefined ? {} : { logprobs: writeLogprobs(tokens) };
  return written({ model: state.model, created_at: state.createdAt, ...shape.write(said), done: false, ...logprobs });
}

function ending(state: EncodingState, shape: OllamaShape): WireEvent {
  const { model, createdAt, finish, usage } = state;
  const head = { model, created_at: createdAt, ...shape.write({}), done: true };
  return written({ ...head, done_reason: writeFinish(finish), ...writeUsage(usage) });
}

function written(body: object): WireEvent {
  return { name: null, data: JSON.stringify(body) };
}
