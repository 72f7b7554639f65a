import type { Seal, SealFormat } from '../../inference/index.ts';
import { asText } from '../loosely.ts';
import { readSeal, writeSeal } from '../seal.ts';

const FORMATS: ReadonlySet<unknown> = new Set<SealFormat>([
  'anthropic-claude-v1',
  'openai-responses-v1',
  'google-gemini-v1',
  'xai-responses-v1',
]);

/** Bears the id of what it seals: a call's, or this word for the text before it. */
export const TEXT_SEAL = 'text';

/** Two makers encrypt thoughts in this dialect, and neither reads the other's. xAI's models are all named `grok-…`. */
export function makerOf(model: string | null): 'openai-responses-v1' | 'xai-responses-v1' {
  return model?.toLowerCase().includes('grok') === true ? 'xai-responses-v1' : 'openai-responses-v1';
}

/** OpenRouter names the maker beside the thought (`format`). null: the thought is not encrypted. */
export function decodeSeal(
  encrypted: unknown,
  id: string | null,
  named: unknown,
  model: string | null,
  isWhole: boolean,
): Seal | null {
  const value = asText(encrypted);
  if (value === null || value === '') return null;
  const native = makerOf(model);
  const seal = readSeal(value, native, isWhole);
  if (seal.value !== value) return seal;
  return { ...seal, format: FORMATS.has(named) ? (named as SealFormat) : native, id };
}

/**
 * For a client: the item's id is ours, for a stream must say it before the seal comes; the seal's own goes with it in
 * the wrapping.
 */
export function encodeSeal(seal: Seal): string {
  return writeSeal(seal, 'openai-responses-v1');
}
