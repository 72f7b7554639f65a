import type { Citation, ContentPart, Seal, StreamPart, TokenLogprob, Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { statusWord } from '../google/error.ts';
import { writeServiceTier, writeUsage } from '../google/usage.ts';
import { searchesIn, writeGrounding } from './citations.ts';
import { answerPart, isPromptBlocked, writeLogprobs } from './encode-response.ts';
import { writeFinishReason } from './finish-reason.ts';
import { ownOf, signatureOf } from './own.ts';

type Start = Extract<StreamPart, { type: 'start' }>;
type Finish = Extract<StreamPart, { type: 'finish' }>;
type Block = {
  readonly content: Extract<StreamPart, { type: 'block-start' }>['content'];
  text: string;
  /** Of a thought: its latest piece, which goes out when the next one has come, or with the signature. */
  held: string;
  readonly citations: Citation[];
};
type OpenChoice = { readonly blocks: Map<number, Block>; finish: Finish | null; readonly logprobs: TokenLogprob[] };

export type EncoderState = {
  readonly context: AnswerContext;
  start: Start | null;
  readonly choices: Map<number, OpenChoice>;
  usage: Usage | null;
  hasBegun: boolean;
  isOver: boolean;
};

export function encodeStream(context: AnswerContext): Steps<StreamPart, WireEvent> {
  const state = openEncoder(context);
  return { push: (part) => encodePart(state, part), end: () => endOfInput(state) };
}

export function openEncoder(context: AnswerContext): EncoderState {
  return { context, start: null, choices: new Map(), usage: null, hasBegun: false, isOver: false };
}

const NOTHING: readonly WireEvent[] = [];

/** Every event is an answer with some of the content; what is about the whole of it goes with the last one. */
export function encodePart(state: EncoderState, part: StreamPart): readonly WireEvent[] {
  if (state.isOver) return NOTHING;
  switch (part.type) {
    case 'start':
      state.start = part;
      return NOTHING;
    case 'usage':
      state.usage = part.usage;
      return NOTHING;
    case 'end':
      return [ending(state)];
    case 'error':
      state.isOver = true;
      return [errorEvent(part)];
    case 'finish':
      choiceAt(state, part.choice).finish = part;
      return NOTHING;
    case 'logprobs':
      choiceAt(state, part.choice).logprobs.push(...part.tokens);
      return NOTHING;
    default:
      return encodeBlock(state, choiceAt(state, part.choice).blocks, part);
  }
}

/** An upstream may leave out its terminal event when all has been said. */
function endOfInput(state: EncoderState): readonly WireEvent[] {
  const hasFinished = [...state.choices.values()].some(({ finish }) => finish !== null);
  return hasFinished && !state.isOver ? [ending(state)] : NOTHING;
}

type BlockPart = Extract<StreamPart, { readonly block: number }>;

function encodeBlock(state: EncoderState, blocks: Map<number, Block>, part: BlockPart): readonly WireEvent[] {
  if (part.type === 'block-start') {
    blocks.set(part.block, { content: part.content, text: '', held: '', citations: [] });
    return part.content.type === 'whole' ? pieces(state, part.choice, answerPart(part.content.part)) : NOTHING;
  }
  const block = blocks.get(part.block);
  if (block === undefined) return NOTHING;
  if (part.type === 'citation') {
    block.citations.push(part.citation);
    return NOTHING;
  }
  if (part.type === 'block-end') return pieces(state, part.choice, closing(block, part.seal));
  block.text += part.text;
  if (block.content.type === 'tool-call' || part.text === '') return NOTHING;
  if (block.content.type !== 'reasoning') return pieces(state, part.choice, [{ text: part.text }]);
  const ready = block.held;
  block.held = part.text;
  return ready === '' ? NOTHING : pieces(state, part.choice, [{ text: ready, thought: true }]);
}

/**
 * Functions are called whole. A text's signature comes after it, in a part without text; a thought's with its last
 * piece: the AI SDK passes over a thought without text.
 */
function closing({ content, text, held }: Block, seal: Seal | null): readonly JsonObject[] {
  if (content.type === 'tool-call') {
    const call: ContentPart = { ...content, input: text, ...(seal === null ? {} : { seal }) };
    return answerPart(call);
  }
  const signature = seal === null ? {} : { thoughtSignature: signatureOf(seal) };
  if (content.type === 'reasoning') {
    return held === '' && seal === null ? [] : [{ text: held, thought: true, ...signature }];
  }
  return seal === null ? [] : [{ text: '', ...signature }];
}

function pieces(state: EncoderState, choice: number, parts: readonly JsonObject[]): readonly WireEvent[] {
  if (parts.length === 0) return NOTHING;
  return [event({ candidates: [{ content: { parts, role: 'model' }, index: choice }], ...headOf(state) })];
}

/** What stands in every event, and in the first one what only this dialect knows of the answer. */
function headOf(state: EncoderState): JsonObject {
  const { start, context, hasBegun } = state;
  state.hasBegun = true;
  const ownMembers = hasBegun || start === null ? null : ownOf(start);
  const model = start?.model ?? context.request.model;
  return { modelVersion: model, responseId: start?.id ?? context.exchangeId, ...ownMembers };
}

function ending(state: EncoderState): WireEvent {
  state.isOver = true;
  const { start, usage, choices } = state;
  const ownMembers = (start === null ? null : ownOf(start)) ?? {};
  const hasContent = [...choices.values()].some(({ blocks }) => blocks.size > 0);
  const isBlocked = isPromptBlocked(ownMembers) && !hasContent;
  const tier = writeServiceTier(start?.serviceTier ?? null);
  const usageMetadata =
    usage === null ? null : { ...writeUsage(usage), ...(tier === null ? {} : { serviceTier: tier }) };
  return event({
    ...(isBlocked ? {} : { candidates: [...choices].map(([index, choice]) => lastOf(index, choice)) }),
    ...(usageMetadata === null ? {} : { usageMetadata }),
    ...headOf(state),
  });
}

function lastOf(index: number, { blocks, finish, logprobs }: OpenChoice): JsonObject {
  const texts = [...blocks].flatMap(([block, { content, text, citations }]) =>
    content.type === 'text' ? [{ block, part: block, text, citations }] : [],
  );
  const searches = [...blocks.values()].flatMap(({ content }) =>
    content.type === 'whole' ? searchesIn(content.part) : [],
  );
  const grounding = writeGrounding(texts, searches);
  return {
    content: { parts: [{ text: '' }], role: 'model' },
    ...(finish === null ? {} : { finishReason: writeFinishReason(finish.finish) }),
    index,
    ...(logprobs.length === 0 ? {} : { logprobsResult: writeLogprobs(logprobs) }),
    ...((finish === null ? null : ownOf(finish)) ?? (grounding === null ? {} : { groundingMetadata: grounding })),
  };
}

function errorEvent({ message, status }: Extract<StreamPart, { type: 'error' }>): WireEvent {
  const code = status ?? 500;
  return event({ error: { code, message, status: statusWord(code) } });
}

function event(body: JsonObject): WireEvent {
  return { name: null, data: JSON.stringify(body) };
}

function choiceAt({ choices }: EncoderState, index: number): OpenChoice {
  const known = choices.get(index);
  if (known !== undefined) return known;
  const opened: OpenChoice = { blocks: new Map(), finish: null, logprobs: [] };
  choices.set(index, opened);
  return opened;
}
