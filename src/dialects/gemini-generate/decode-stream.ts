import type { ContentPart, Seal, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { statusOfWord } from '../google/error.ts';
import { readUsage } from '../google/usage.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { readCitations } from './citations.ts';
import { decodePart } from './decode-part.ts';
import { callNames, headOf, readLogprobs } from './decode-response.ts';
import { blocked, readFinishReason } from './finish-reason.ts';
import { others, own } from './own.ts';

type Text = { readonly block: number; readonly part: null; text: string };

type OpenChoice = {
  readonly index: number;
  blocks: number;
  /** The block that grows; null: none. */
  open: { readonly block: number; readonly type: 'text' | 'reasoning'; readonly cited: Text | null } | null;
  readonly texts: Text[];
  callsTools: boolean;
  reason: string | null;
  /** What the chunks said besides content, put together. */
  said: JsonObject;
};

export type StreamState = {
  nameCall: (() => string) | null;
  readonly choices: Map<number, OpenChoice>;
  isFinished: boolean;
  hasFailed: boolean;
};

export function openState(): StreamState {
  return { nameCall: null, choices: new Map(), isFinished: false, hasFailed: false };
}

export function decodeStream(): Steps<WireEvent, StreamPart> {
  const state = openState();
  return { push: (event) => decodeEvent(state, event), end: () => endOf(state) };
}

export function decodeEvent(state: StreamState, { data }: WireEvent): readonly StreamPart[] {
  const chunk = parsed(data);
  if (chunk === null || state.hasFailed) return [];
  const out: StreamPart[] = [];
  const error = asObject(chunk['error']);
  if (error !== null) {
    state.hasFailed = true;
    return [errorOf(error)];
  }
  const nameCall = state.nameCall ?? begin(state, chunk, out);
  for (const [place, candidate] of asObjects(chunk['candidates']).entries()) {
    take(choiceAt(state, asNumber(candidate['index']) ?? place), candidate, nameCall, out);
  }
  const usage = readUsage(chunk['usageMetadata']);
  const { serviceTier } = headOf(chunk);
  if (usage !== null) out.push({ type: 'usage', usage, ...(serviceTier === null ? {} : { serviceTier }) });
  if (!state.isFinished && isOver(state)) finish(state, out);
  const blockReason = asText(asObject(chunk['promptFeedback'])?.['blockReason']);
  if (blockReason !== null && state.choices.size === 0 && !state.isFinished) {
    state.isFinished = true;
    out.push({ type: 'finish', choice: 0, finish: blocked(blockReason), stopSequence: null });
  }
  return out;
}

/** Google ends a stream with nothing but its last chunk. */
export function endOf(state: StreamState): readonly StreamPart[] {
  const out: StreamPart[] = [];
  const reasons = [...state.choices.values()].map(({ reason }) => reason);
  if (!state.isFinished && reasons.length > 0 && reasons.every((reason) => reason !== null)) finish(state, out);
  if (state.isFinished && !state.hasFailed) out.push({ type: 'end' });
  return out;
}

function parsed(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function errorOf(error: JsonObject): StreamPart {
  const word = asText(error['status']);
  const status = asNumber(error['code']) ?? (word === null ? null : statusOfWord(word));
  return { type: 'error', message: asText(error['message']) ?? 'The upstream failed.', code: word, status };
}

const BODY = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId']);

function begin(state: StreamState, chunk: JsonObject, out: StreamPart[]): () => string {
  const nameCall = callNames(asText(chunk['responseId']));
  state.nameCall = nameCall;
  out.push({ type: 'start', ...headOf(chunk), ...own(others(chunk, BODY)) });
  return nameCall;
}

function choiceAt({ choices }: StreamState, index: number): OpenChoice {
  const known = choices.get(index);
  if (known !== undefined) return known;
  const opened: OpenChoice = { index, blocks: 0, open: null, texts: [], callsTools: false, reason: null, said: {} };
  choices.set(index, opened);
  return opened;
}

const CANDIDATE = new Set(['content', 'finishReason', 'index', 'logprobsResult']);

function take(choice: OpenChoice, candidate: JsonObject, nameCall: () => string, out: StreamPart[]): void {
  const parts = asObjects(asObject(candidate['content'])?.['parts']);
  for (const part of parts) takePart(choice, decodePart(part, nameCall), out);
  const tokens = readLogprobs(candidate['logprobsResult']);
  if (tokens !== null && tokens.length > 0) out.push({ type: 'logprobs', choice: choice.index, tokens });
  const said = others(candidate, CANDIDATE);
  if (said !== null) choice.said = together(choice.said, said);
  // Recorded of Gemini 2.5: it says STOP when it has written code for Google to run, and goes on with the result.
  const goesOn = parts.at(-1)?.['executableCode'] !== undefined;
  const reason = asText(candidate['finishReason']);
  if (reason !== null || goesOn) choice.reason = goesOn ? null : reason;
}

function takePart(choice: OpenChoice, part: ContentPart, out: StreamPart[]): void {
  if (part.type === 'text' || part.type === 'reasoning') {
    grow(choice, part.type, part.text, part.seal ?? null, out);
    return;
  }
  close(choice, null, out);
  const at = { choice: choice.index, block: choice.blocks++ };
  if (part.type === 'tool-call') {
    const { id, name, kind, namespace, input, seal } = part;
    choice.callsTools = true;
    const sealed = seal === undefined ? {} : { seal };
    out.push({ type: 'block-start', ...at, content: { type: 'tool-call', id, name, kind, namespace, ...sealed } });
    out.push({ type: 'delta', ...at, text: input });
    out.push({ type: 'block-end', ...at, seal: seal ?? null });
  } else {
    out.push({ type: 'block-start', ...at, content: { type: 'whole', part } });
    out.push({ type: 'block-end', ...at, seal: null });
  }
}

/** Pieces of a kind are one block, up to a signature, which belongs to all of it. */
function grow(
  choice: OpenChoice,
  type: 'text' | 'reasoning',
  text: string,
  seal: Seal | null,
  out: StreamPart[],
): void {
  if (text === '' && seal === null) return;
  if (choice.open?.type !== type) {
    close(choice, null, out);
    const block = choice.blocks++;
    const cited: Text | null = type === 'text' ? { block, part: null, text: '' } : null;
    if (cited !== null) choice.texts.push(cited);
    choice.open = { block, type, cited };
    const content = type === 'text' ? { type } : { type, isSummary: true };
    out.push({ type: 'block-start', choice: choice.index, block, content });
  }
  const { block, cited } = choice.open;
  if (text !== '') out.push({ type: 'delta', choice: choice.index, block, text });
  if (cited !== null) cited.text += text;
  if (seal !== null) close(choice, seal, out);
}

function close(choice: OpenChoice, seal: Seal | null, out: StreamPart[]): void {
  if (choice.open === null) return;
  out.push({ type: 'block-end', choice: choice.index, block: choice.open.block, seal });
  choice.open = null;
}

/** All candidates have come to their ends: one that has, does not end a stream with others. */
function isOver({ choices }: StreamState): boolean {
  if (choices.size === 0) return false;
  for (const { reason } of choices.values()) if (reason === null) return false;
  return true;
}

function finish(state: StreamState, out: StreamPart[]): void {
  state.isFinished = true;
  for (const choice of state.choices.values()) {
    for (const { block, citation } of readCitations(choice.said, choice.texts)) {
      out.push({ type: 'citation', choice: choice.index, block, citation });
    }
    close(choice, null, out);
    const reason = readFinishReason(choice.reason ?? '', choice.callsTools);
    const said = Object.keys(choice.said).length === 0 ? null : choice.said;
    out.push({ type: 'finish', choice: choice.index, finish: reason, stopSequence: null, ...own(said) });
  }
}

/** Grounding comes in portions: in a stream each chunk names the sources that none before it has named. */
function together(before: JsonObject, now: JsonObject): JsonObject {
  const grounding = { ...asObject(before['groundingMetadata']) };
  for (const [name, value] of Object.entries(asObject(now['groundingMetadata']) ?? {})) {
    const known = grounding[name];
    grounding[name] = Array.isArray(known) && Array.isArray(value) ? [...known, ...unlike(known, value)] : value;
  }
  return { ...before, ...now, ...(Object.keys(grounding).length === 0 ? {} : { groundingMetadata: grounding }) };
}

function unlike(known: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  const seen = new Set(known.map((value) => JSON.stringify(value)));
  return more.filter((value) => !seen.has(JSON.stringify(value)));
}
