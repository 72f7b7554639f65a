import type { Citation, ContentPart, FinishReason, Seal, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asObject, asObjects, asText } from '../loosely.ts';
import { decodeAnnotations, decodeImages, decodeLogprobs } from './answer-details.ts';
import { type CallState, closeCalls, takeCalls } from './call-decoder.ts';
import { thinkingText } from './content.ts';
import { unifiedReason } from './finish-reason.ts';
import {
  goesOn,
  type OpenThought,
  readDetails,
  readExtraContent,
  sealOn,
  sealsContent,
  type ThoughtDetail,
} from './thoughts.ts';

/** The block that grows: a text, a refusal or a thought. */
type OpenBlock = {
  readonly type: 'text' | 'refusal' | 'reasoning';
  readonly block: number;
  readonly thought: OpenThought | null;
  hasText: boolean;
};

type Audio = { id: string; data: string; transcript: string };

/** One of the answers asked for, as far as it has come. */
export type ChoiceState = {
  readonly index: number;
  /** Begun so far. */
  blocks: number;
  open: OpenBlock | null;
  readonly calls: CallState[];
  /** Seals of calls or of the text: they go on at their end. */
  seals: Seal[];
  /** Sources named before the text that cites them. */
  citations: Citation[];
  hasCitations: boolean;
  audio: Audio | null;
  finish: string | null;
  stopSequence: string | null;
};

export function openChoice(index: number): ChoiceState {
  return {
    index,
    blocks: 0,
    open: null,
    calls: [],
    seals: [],
    citations: [],
    hasCitations: false,
    audio: null,
    finish: null,
    stopSequence: null,
  };
}

/** Where an answer's words are: of a chunk in its delta, of a whole answer in its message, which is one big delta. */
export type Speaker = { readonly member: 'delta' | 'message'; readonly answerId: string | null };

export function takeChoice(state: ChoiceState, choice: JsonObject, speaker: Speaker, out: StreamPart[]): void {
  const delta = deltaOf(state, choice, speaker.member);
  if (delta !== null) takeDelta(state, delta, speaker.answerId, out);
  const { logprobs, finish_reason: finish, stop_reason: stop } = choice;
  if (logprobs !== undefined && logprobs !== null) {
    const tokens = decodeLogprobs(logprobs);
    if (tokens !== null) out.push({ type: 'logprobs', choice: state.index, tokens });
  }
  if (typeof finish === 'string' && finish !== '') state.finish = finish;
  // vLLM names the caller's stop sequence here, and a token's number otherwise.
  if (typeof stop === 'string') state.stopSequence = stop;
}

/**
 * Perplexity has both members in answers and chunks alike: the other one counts where nothing else has come. A text
 * completion has its text in the choice itself.
 */
function deltaOf(state: ChoiceState, choice: JsonObject, member: Speaker['member']): JsonObject | null {
  const delta = asObject(choice[member]);
  if (delta !== null) return delta;
  const { text } = choice;
  if (typeof text === 'string') return { content: text };
  return state.blocks > 0 ? null : asObject(choice[member === 'delta' ? 'message' : 'delta']);
}

function takeDelta(state: ChoiceState, delta: JsonObject, answerId: string | null, out: StreamPart[]): void {
  takeThoughts(state, delta, out);
  const { content, refusal, tool_calls: calls, function_call: call, annotations, images, audio } = delta;
  if (typeof content === 'string') grow(state, 'text', content, out);
  else if (Array.isArray(content)) takeChunks(state, content, out);
  if (typeof refusal === 'string') grow(state, 'refusal', refusal, out);
  if (annotations !== undefined && annotations !== null) takeCitations(state, decodeAnnotations(annotations), out);
  if (images !== undefined && images !== null) for (const image of decodeImages(images)) whole(state, image, out);
  if (isJsonObject(audio)) takeAudio(state, audio);
  if (calls === undefined && call === undefined) return;
  const made = Array.isArray(calls) && calls.length > 0 ? asObjects(calls) : oldCall(call);
  if (made.length === 0) return;
  closeOpen(state, null, out);
  takeCalls(state, made, answerId, out);
}

/** The single call of the first tool-calling models; Snowflake sends an empty one along. */
function oldCall(call: unknown): readonly JsonObject[] {
  return isJsonObject(call) && (call['name'] !== '' || call['arguments'] !== '') ? [{ index: 0, function: call }] : [];
}

/**
 * Thoughts have three spellings, and OpenRouter sends two of them at once: the entries count where they hold text, then
 * DeepSeek's word, then the short one.
 */
function takeThoughts(state: ChoiceState, delta: JsonObject, out: StreamPart[]): void {
  const { reasoning_details: entries, reasoning_content: long, reasoning: short } = delta;
  const details = entries === undefined ? [] : readDetails(entries);
  if (!details.some(({ text }) => text !== '')) {
    const text = typeof long === 'string' && long !== '' ? long : short;
    if (typeof text === 'string') grow(state, 'reasoning', text, out);
  }
  for (const detail of details) takeDetail(state, detail, out);
  const signature = delta['extra_content'] === undefined ? null : readExtraContent(delta['extra_content']);
  if (signature !== null) state.seals.push(signature);
}

function takeDetail(state: ChoiceState, detail: ThoughtDetail, out: StreamPart[]): void {
  const { seal, text, isSummary, format, index } = detail;
  if (seal !== null && sealsContent(detail, (id) => state.calls.some((call) => call.id === id))) {
    state.seals.push(seal);
    return;
  }
  const { open } = state;
  if (open?.type !== 'reasoning' || !goesOn(open.thought, detail)) {
    if (text === '' && seal === null) return;
    begin(state, 'reasoning', { isSummary, format, index, isSealed: false }, out);
  }
  if (state.open !== null) push(state, state.open, text, out);
  if (seal !== null) closeOpen(state, seal, out);
}

/** Mistral's content as a list: texts and thoughts. */
function takeChunks(state: ChoiceState, chunks: readonly unknown[], out: StreamPart[]): void {
  for (const chunk of chunks) {
    if (!isJsonObject(chunk)) continue;
    if (chunk['type'] === 'thinking') grow(state, 'reasoning', thinkingText(chunk['thinking']), out);
    else if (chunk['type'] === 'image_url') for (const image of decodeImages([chunk])) whole(state, image, out);
    else grow(state, 'text', asText(chunk['text']) ?? '', out);
  }
}

function grow(state: ChoiceState, type: OpenBlock['type'], text: string, out: StreamPart[]): void {
  if (text === '') return;
  if (state.open?.type !== type) {
    const thought = { isSummary: false, format: 'unknown', index: null, isSealed: false } as const;
    begin(state, type, type === 'reasoning' ? thought : null, out);
  }
  if (state.open !== null) push(state, state.open, text, out);
}

function push(state: ChoiceState, open: OpenBlock, text: string, out: StreamPart[]): void {
  if (text === '') return;
  open.hasText = true;
  out.push({ type: 'delta', choice: state.index, block: open.block, text });
}

function begin(state: ChoiceState, type: OpenBlock['type'], thought: OpenThought | null, out: StreamPart[]): void {
  closeOpen(state, null, out);
  closeCalls(state, out);
  const block = state.blocks++;
  const content = type === 'reasoning' ? { type, isSummary: thought?.isSummary === true } : { type };
  out.push({ type: 'block-start', choice: state.index, block, content });
  state.open = { type, block, thought, hasText: false };
  if (type !== 'text') return;
  const cited = state.citations;
  state.citations = [];
  takeCitations(state, cited, out);
}

function closeOpen(state: ChoiceState, seal: Seal | null, out: StreamPart[]): void {
  const { open } = state;
  if (open === null) return;
  state.open = null;
  const sealed = seal === null ? null : sealOn(open.hasText ? 'text' : '', seal);
  out.push({ type: 'block-end', choice: state.index, block: open.block, seal: sealed });
}

function whole(state: ChoiceState, part: ContentPart, out: StreamPart[]): void {
  closeOpen(state, null, out);
  const at = { choice: state.index, block: state.blocks++ };
  out.push({ type: 'block-start', ...at, content: { type: 'whole', part } }, { type: 'block-end', ...at, seal: null });
}

function takeCitations(state: ChoiceState, citations: readonly Citation[], out: StreamPart[]): void {
  if (citations.length > 0) state.hasCitations = true;
  for (const citation of citations) {
    if (state.open?.type !== 'text') state.citations.push(citation);
    else out.push({ type: 'citation', choice: state.index, block: state.open.block, citation });
  }
}

/** Audio comes in pieces under one id; Snowflake sends an empty one along. */
function takeAudio(state: ChoiceState, { id, data, transcript }: JsonObject): void {
  state.audio ??= { id: '', data: '', transcript: '' };
  state.audio.id ||= asText(id) ?? '';
  state.audio.data += asText(data) ?? '';
  state.audio.transcript += asText(transcript) ?? '';
}

/** All that ends with the answer. `sources` are those that the answer names as a whole. */
export function closeChoice(state: ChoiceState, sources: readonly Citation[], out: StreamPart[]): void {
  const isText = state.open?.type === 'text';
  if (isText && !state.hasCitations) takeCitations(state, sources, out);
  if (isText) closeOpen(state, state.calls.length === 0 ? contentSeal(state) : null, out);
  closeOpen(state, null, out);
  closeCalls(state, out);
  for (const seal of state.seals) whole(state, { type: 'reasoning', text: '', isSummary: false, seal }, out);
  const { audio } = state;
  if (audio !== null && (audio.data !== '' || audio.id !== '')) whole(state, audioPart(audio), out);
  const { index: choice, stopSequence } = state;
  out.push({ type: 'finish', choice, finish: finishOf(state), stopSequence });
}

/** Gemini signs the last part of an answer: the text, where nothing is called. */
function contentSeal(state: ChoiceState): Seal | null {
  const [seal, ...others] = state.seals;
  if (seal === undefined) return null;
  state.seals = others;
  return { ...seal, isWhole: false, id: null };
}

function audioPart({ id, data, transcript }: Audio): ContentPart {
  return {
    type: 'audio',
    media: data === '' ? { kind: 'file-id', id } : { kind: 'base64', base64: data },
    format: null,
    transcript: transcript === '' ? null : transcript,
    extensions: { 'openai-chat': { id } },
  };
}

/** Some servers say `stop` of an answer that calls tools (Google's compatible endpoint, older vLLM). */
function finishOf({ finish, calls }: ChoiceState): FinishReason {
  const unified = finish === null ? 'other' : unifiedReason(finish);
  return { unified: calls.length > 0 && (unified === 'stop' || finish === null) ? 'tool-calls' : unified, raw: finish };
}
