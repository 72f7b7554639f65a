import type { FinishReason, StreamPart, Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { headOf } from '../openai/client.ts';
import { encodeUsage } from '../openai-chat/usage.ts';
import { echoed, encodeOldFinish, encodeOldLogprobs } from './encode-response.ts';

type ClientChoice = {
  /** Blocks whose text is the answer's. */
  readonly texts: Set<number>;
  /** Letters so far, the echo included. */
  length: number;
  finish: FinishReason | null;
};

type ClientStream = {
  readonly context: AnswerContext;
  head: JsonObject;
  readonly choices: Map<number, ClientChoice>;
  usage: Usage | null;
};

export function encodeCompletionStream(context: AnswerContext): Steps<StreamPart, WireEvent> {
  const nameless = { id: null, model: null, createdS: null, serviceTier: null };
  const head = headOf(nameless, 'text_completion', 'cmpl', context);
  const state: ClientStream = { context, head, choices: new Map(), usage: null };
  return { push: (part) => step(state, part), end: () => [] };
}

function step(state: ClientStream, part: StreamPart): readonly WireEvent[] {
  if (part.type === 'start') state.head = headOf(part, 'text_completion', 'cmpl', state.context);
  else if (part.type === 'usage') state.usage = part.usage;
  else if (part.type === 'end') return ending(state);
  else if (part.type !== 'error') return stepOfChoice(state, part);
  return [];
}

function stepOfChoice(
  state: ClientStream,
  part: Extract<StreamPart, { readonly choice: number }>,
): readonly WireEvent[] {
  const out: WireEvent[] = [];
  const choice = choiceAt(state, part.choice, out);
  if (part.type === 'block-start' && (part.content.type === 'text' || part.content.type === 'refusal'))
    choice.texts.add(part.block);
  else if (part.type === 'delta' && choice.texts.has(part.block)) {
    choice.length += part.text.length;
    out.push(chunk(state, { text: part.text, index: part.choice, logprobs: null, finish_reason: null }));
  } else if (part.type === 'logprobs') {
    const before = choice.length - part.tokens.reduce((length, { token }) => length + token.length, 0);
    const logprobs = encodeOldLogprobs(part.tokens, Math.max(0, before));
    out.push(chunk(state, { text: '', index: part.choice, logprobs, finish_reason: null }));
  } else if (part.type === 'finish') choice.finish = part.finish;
  return out;
}

function choiceAt(state: ClientStream, index: number, out: WireEvent[]): ClientChoice {
  const known = state.choices.get(index);
  if (known !== undefined) return known;
  const echo = echoed(state.context);
  const choice: ClientChoice = { texts: new Set(), length: echo.length, finish: null };
  state.choices.set(index, choice);
  if (echo !== '') out.push(chunk(state, { text: echo, index, logprobs: null, finish_reason: null }));
  return choice;
}

function chunk({ head, context }: ClientStream, choice: JsonObject): WireEvent {
  const body = { ...head, choices: [choice] };
  return event(context.received.includesUsage ? { ...body, usage: null } : body);
}

function event(body: JsonObject): WireEvent {
  return { name: null, data: JSON.stringify(body) };
}

function ending(state: ClientStream): readonly WireEvent[] {
  const out = [...state.choices].map(([index, { finish }]) =>
    chunk(state, {
      text: '',
      index,
      logprobs: null,
      finish_reason: finish === null ? 'stop' : encodeOldFinish(finish),
    }),
  );
  if (state.context.received.includesUsage && state.usage !== null)
    out.push(event({ ...state.head, choices: [], usage: encodeUsage(state.usage) }));
  out.push({ name: null, data: '[DONE]' });
  return out;
}
