import type { ReasoningPart, Seal, SealFormat } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asText } from '../loosely.ts';
import { own, ownOf } from '../openai/own.ts';

/**
 * One entry of OpenRouter's `reasoning_details`: text of a thought, a seal, or both. `isWhole`: the seal is a hidden
 * thought by itself unless it follows a summary. `id` is the sealed item's, or that of the tool call which is sealed.
 */
export type ThoughtDetail = {
  readonly text: string;
  readonly isSummary: boolean;
  readonly seal: Seal | null;
  readonly format: SealFormat;
  readonly index: number | null;
  readonly id: string | null;
};

/** A thought that may go on. */
export type OpenThought = Pick<ThoughtDetail, 'isSummary' | 'format' | 'index'> & { readonly isSealed: boolean };

const FORMATS: ReadonlySet<string> = new Set<SealFormat>([
  'anthropic-claude-v1',
  'openai-responses-v1',
  'google-gemini-v1',
  'xai-responses-v1',
]);

/** Nothing is thrown: what is no entry is passed over, so that a client's broken echo costs a thought, not the call. */
export function readDetails(details: unknown): readonly ThoughtDetail[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((entry: unknown) => (isJsonObject(entry) ? (readDetail(entry) ?? []) : []));
}

function readDetail(entry: JsonObject): ThoughtDetail | null {
  const { type, format: word, index, id } = entry;
  const format = typeof word === 'string' && FORMATS.has(word) ? (word as SealFormat) : 'unknown';
  const base = { format, index: typeof index === 'number' ? index : null, id: asText(id) };
  if (type === 'reasoning.summary')
    return { ...base, text: asText(entry['summary']) ?? '', isSummary: true, seal: null };
  const isText = type === 'reasoning.text';
  const value = asText(isText ? entry['signature'] : entry['data']);
  const seal = value === null || value === '' ? null : { format, value, isWhole: !isText, id: base.id };
  if (isText) return { ...base, text: asText(entry['text']) ?? '', isSummary: false, seal };
  return type === 'reasoning.encrypted' && seal !== null ? { ...base, text: '', isSummary: false, seal } : null;
}

/** OpenRouter repeats the index for all parts of one thought; a seal ends it. */
export function goesOn(open: OpenThought | null, detail: ThoughtDetail): boolean {
  if (open === null || open.isSealed) return false;
  if (detail.seal?.isWhole === true)
    return open.isSummary && (open.format === 'unknown' || open.format === detail.format);
  return open.isSummary === detail.isSummary && open.index === detail.index;
}

/** A seal that follows the text of its thought does not hold it. */
export function sealOn(text: string, seal: Seal): Seal {
  return text === '' || !seal.isWhole ? seal : { ...seal, isWhole: false };
}

/**
 * Gemini signs a call or a text, never a thought; other makers' hidden thoughts are items of their own, unless the
 * entry's id is that of a call.
 */
export function sealsContent(detail: ThoughtDetail, isCall: (id: string) => boolean): boolean {
  if (detail.seal?.isWhole !== true) return false;
  return detail.format === 'google-gemini-v1' || (detail.id !== null && isCall(detail.id));
}

export type ThoughtsRead = {
  readonly thoughts: readonly ReasoningPart[];
  /** Seals of a call or a text. */
  readonly seals: readonly ThoughtDetail[];
};

/** A message's `reasoning_details` as a client echoes them: whole, or all the pieces of a stream in a row. */
export function decodeDetails(details: readonly ThoughtDetail[], isCall: (id: string) => boolean): ThoughtsRead {
  const thoughts: ReasoningPart[] = [];
  const seals: ThoughtDetail[] = [];
  let open: OpenThought | null = null;
  for (const detail of details) {
    if (sealsContent(detail, isCall)) {
      seals.push(detail);
      continue;
    }
    if (detail.text === '' && detail.seal === null) continue;
    const last = thoughts.at(-1);
    const isMore = goesOn(open, detail);
    if (last !== undefined && isMore) thoughts[thoughts.length - 1] = joined(last, detail);
    else thoughts.push(thoughtOf(detail));
    const isSummary: boolean = isMore && open !== null ? open.isSummary : detail.isSummary;
    open = { isSummary, format: detail.format, index: detail.index, isSealed: detail.seal !== null };
  }
  return { thoughts, seals };
}

function thoughtOf({ text, isSummary, seal, format }: ThoughtDetail): ReasoningPart {
  const sealed = seal === null ? null : sealOn(text, seal);
  return { type: 'reasoning', text, isSummary, seal: sealed, ...own({ field: 'reasoning_details', format }) };
}

function joined(thought: ReasoningPart, { text, seal }: ThoughtDetail): ReasoningPart {
  const whole = thought.text + text;
  return { ...thought, text: whole, seal: seal === null ? thought.seal : sealOn(whole, seal) };
}

/** A thought as entries: a summary and the sealed whole are two, a text and its signature one. */
export function detailsOfThought(thought: ReasoningPart, index: number): readonly JsonObject[] {
  const { text, isSummary, seal } = thought;
  const format = seal?.format ?? asText(ownOf(thought)?.['format']) ?? 'unknown';
  if (seal !== null && isHidden(isSummary, seal)) {
    const summary = text === '' ? [] : [textDetail(text, isSummary, format, index)];
    return [...summary, sealDetail(seal, seal.id, index)];
  }
  const detail = textDetail(text, isSummary, format, index);
  return [seal === null ? detail : { ...detail, signature: seal.value, ...(seal.id === null ? {} : { id: seal.id }) }];
}

/** Whether the seal is an entry of its own (`reasoning.encrypted`) and no signature of a text. */
export function isHidden(isSummary: boolean, seal: Seal): boolean {
  return seal.isWhole || isSummary;
}

/** `format` null while a stream does not know it yet: clients keep the first that they are told. */
export function textDetail(text: string, isSummary: boolean, format: string | null, index: number): JsonObject {
  const entry = isSummary ? { type: 'reasoning.summary', summary: text } : { type: 'reasoning.text', text };
  return format === null ? { ...entry, index } : { ...entry, format, index };
}

export function sealDetail(seal: Seal, id: string | null, index: number): JsonObject {
  const entry = { type: 'reasoning.encrypted', data: seal.value, format: seal.format, index };
  return id === null ? entry : { ...entry, id };
}

/** Where Gemini's compatible endpoint has a signature, on a call or on the message. */
export function readExtraContent(extra: unknown): Seal | null {
  const google = isJsonObject(extra) ? extra['google'] : null;
  const value = isJsonObject(google) ? asText(google['thought_signature']) : null;
  return value === null ? null : { format: 'google-gemini-v1', value, isWhole: false, id: null };
}

export function extraContent(seal: Seal): JsonObject {
  return { google: { thought_signature: seal.value } };
}
