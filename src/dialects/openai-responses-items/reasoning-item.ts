import type { ReasoningPart, Seal } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asObjects, asText } from '../loosely.ts';
import { keepOthers } from './own.ts';
import { decodeSeal } from './seals.ts';

const MEMBERS = new Set(['type', 'id', 'summary', 'content', 'encrypted_content']);
/** Without a seal the id is all that its API knows the thought by. */
const UNSEALED_MEMBERS = new Set(['type', 'summary', 'content', 'encrypted_content']);

type Thought = { readonly text: string; readonly isSummary: boolean };

/**
 * One item is one thought in one or more parts: what its maker sums up of it, and the thought itself where it is shown.
 * The last part bears the seal, and in a request what else the item holds: so parts find together again.
 */
export function decodeReasoningItem(item: JsonObject, model: string | null): readonly ReasoningPart[] {
  const seal = sealOfItem(item, model);
  const last = seal === null ? keepOthers(item, UNSEALED_MEMBERS) : keepOthers(item, MEMBERS);
  const thoughts = thoughtsIn(item);
  return thoughts.map(({ text, isSummary }, index) => ({
    type: 'reasoning',
    text,
    isSummary,
    ...(index === thoughts.length - 1 ? { seal, ...last } : { seal: null }),
  }));
}

export function sealOfItem(item: JsonObject, model: string | null): Seal | null {
  const isWhole = thoughtsIn(item).every(({ text }) => text === '');
  return decodeSeal(item['encrypted_content'], asText(item['id']), item['format'], model, isWhole);
}

/** An encrypted thought without a word to be seen is one empty part, for its seal. */
export function thoughtsIn(item: JsonObject): readonly Thought[] {
  const thoughts = [
    ...asObjects(item['summary']).map((part) => ({ text: asText(part['text']) ?? '', isSummary: true })),
    ...asObjects(item['content']).map((part) => ({ text: asText(part['text']) ?? '', isSummary: false })),
  ];
  return thoughts.length === 0 ? [{ text: '', isSummary: true }] : thoughts;
}

/** The parts that end with a seal, an item's own members, or where something else begins. */
export function encodeThoughts(parts: readonly ReasoningPart[]): { summary: JsonObject[]; content: JsonObject[] } {
  const summary: JsonObject[] = [];
  const content: JsonObject[] = [];
  for (const { text, isSummary } of parts) {
    if (text === '') continue;
    if (isSummary) summary.push({ type: 'summary_text', text });
    else content.push({ type: 'reasoning_text', text });
  }
  return { summary, content };
}
