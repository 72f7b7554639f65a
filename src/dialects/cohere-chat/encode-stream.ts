import type { BlockStart, FinishReason, StreamPart, Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { isPlan } from './assistant.ts';
import { encodeCitation } from './citations.ts';
import { encodeCall } from './encode-messages.ts';
import { errorEnding } from './error.ts';
import { writeLogprob } from './logprobs.ts';
import { readFinish, writeFinish, writeUsage } from './usage.ts';

type Place = 'text' | 'thinking' | 'plan' | 'call';
type Block = { readonly place: Place; readonly index: number; text: string };

export type EncodingState = {
  readonly id: string;
  readonly blocks: Map<number, Block>;
  contents: number;
  calls: number;
  citations: number;
  finish: FinishReason;
  stopSequence: string | null;
  usage: Usage | null;
};

export function encodeStream({ exchangeId }: AnswerContext): Steps<StreamPart, WireEvent> {
  const state: EncodingState = {
    id: exchangeId,
    blocks: new Map(),
    contents: 0,
    calls: 0,
    citations: 0,
    finish: readFinish(null),
    stopSequence: null,
    usage: null,
  };
  return { push: (part) => encodePart(state, part), end: () => [] };
}

export function encodePart(state: EncodingState, part: StreamPart): readonly WireEvent[] {
  // Cohere has one answer: the first.
  if ('choice' in part && part.choice !== 0) return [];
  switch (part.type) {
    case 'delta':
      return grow(state.blocks.get(part.block), part.text);
    case 'start':
      return [event('message-start', { id: part.id ?? state.id, ...message(EMPTY) })];
    case 'block-start':
      return begin(state, part.block, part.content);
    case 'block-end':
      return close(state.blocks.get(part.block));
    case 'citation':
      return cite(state, part);
    case 'logprobs':
      return logprobs(state, part);
    case 'finish':
      state.finish = part.finish;
      state.stopSequence = part.stopSequence;
      return [];
    case 'usage':
      state.usage = part.usage;
      return [];
    case 'error':
      return [{ name: 'message-end', data: JSON.stringify(errorEnding(part.message)) }];
    case 'end':
      return ending(state);
  }
}

const EMPTY = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } as const;

function event(type: string, rest: JsonObject): WireEvent {
  return { name: type, data: JSON.stringify({ type, ...rest }) };
}

function message(content: JsonObject): JsonObject {
  return { delta: { message: content } };
}

function begin(state: EncodingState, block: number, content: BlockStart): readonly WireEvent[] {
  const place = placeOf(content);
  if (place === null) return [];
  const index = place === 'call' ? state.calls++ : place === 'plan' ? 0 : state.contents++;
  state.blocks.set(block, { place, index, text: '' });
  if (place === 'plan') return [];
  if (content.type === 'tool-call') {
    const call = encodeCall({ ...content, input: '' });
    return [event('tool-call-start', { index, ...message({ tool_calls: call }) })];
  }
  return [event('content-start', { index, ...message({ content: { type: place, [place]: '' } }) })];
}

/** null: nothing of Cohere's is like it. */
function placeOf(content: BlockStart): Place | null {
  if (content.type === 'reasoning') return isPlan(content) ? 'plan' : 'thinking';
  if (content.type === 'tool-call') return 'call';
  return content.type === 'whole' ? null : 'text';
}

function grow(block: Block | undefined, text: string): readonly WireEvent[] {
  if (block === undefined) return [];
  const { place, index } = block;
  if (place === 'plan') return [event('tool-plan-delta', message({ tool_plan: text }))];
  if (place === 'call') {
    return [event('tool-call-delta', { index, ...message({ tool_calls: { function: { arguments: text } } }) })];
  }
  block.text += text;
  return [event('content-delta', { index, ...message({ content: { [place]: text } }) })];
}

function close(block: Block | undefined): readonly WireEvent[] {
  if (block === undefined || block.place === 'plan') return [];
  return [event(block.place === 'call' ? 'tool-call-end' : 'content-end', { index: block.index })];
}

function cite(state: EncodingState, part: Extract<StreamPart, { readonly type: 'citation' }>): readonly WireEvent[] {
  const block = state.blocks.get(part.block);
  if (block === undefined) return [];
  const index = state.citations++;
  const citations = encodeCitation(part.citation, block.text, block.index);
  return [event('citation-start', { index, ...message({ citations }) }), event('citation-end', { index })];
}

/** Probabilities go with a piece of content: an empty one here, since the text has gone out. */
function logprobs(
  state: EncodingState,
  { tokens }: Extract<StreamPart, { readonly type: 'logprobs' }>,
): readonly WireEvent[] {
  const index = Math.max(0, state.contents - 1);
  return tokens.map((token) =>
    event('content-delta', { index, ...message({ content: { text: '' } }), logprobs: writeLogprob(token) }),
  );
}

/** Cohere itself sends `[DONE]` after its last event. */
function ending({ finish, stopSequence, usage }: EncodingState): readonly WireEvent[] {
  const delta = {
    finish_reason: writeFinish(finish, stopSequence),
    ...(usage === null ? {} : { usage: writeUsage(usage) }),
  };
  return [event('message-end', { delta }), { name: null, data: '[DONE]' }];
}
