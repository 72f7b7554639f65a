import type { Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asCount, asObjects } from '../loosely.ts';

/**
 * Google counts thoughts beside the candidates and what tools brought beside the prompt, and the total is the sum of
 * the four in all 1,202 recorded answers. What a total should have beyond them is taken for output. A stream at Vertex
 * begins with objects that name a traffic type and no count: they are no usage.
 */
export function readUsage(value: unknown): Usage | null {
  if (!isJsonObject(value)) return null;
  const prompt = asCount(value['promptTokenCount']);
  const candidates = asCount(value['candidatesTokenCount']);
  const total = asCount(value['totalTokenCount']);
  if (prompt === null && candidates === null && total === null) return null;
  const thoughts = asCount(value['thoughtsTokenCount']) ?? 0;
  const inputTokens = (prompt ?? 0) + (asCount(value['toolUsePromptTokenCount']) ?? 0);
  const outputTokens = Math.max((candidates ?? 0) + thoughts, (total ?? 0) - inputTokens);
  const inputAudio = audioOf(value['promptTokensDetails']) + audioOf(value['toolUsePromptTokensDetails']);
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: Math.min(asCount(value['cachedContentTokenCount']) ?? 0, inputTokens),
    cacheWriteTokens: 0,
    reasoningTokens: thoughts,
    inputAudioTokens: Math.min(inputAudio, inputTokens),
    outputAudioTokens: Math.min(audioOf(value['candidatesTokensDetails']), outputTokens),
    source: 'provider',
    raw: value,
  };
}

function audioOf(details: unknown): number {
  let tokens = 0;
  for (const { modality, tokenCount } of asObjects(details)) {
    if (modality === 'AUDIO') tokens += asCount(tokenCount) ?? 0;
  }
  return tokens;
}

/** Google's own object goes back as it came. */
export function writeUsage(usage: Usage): JsonObject {
  const { raw, inputTokens, outputTokens, cacheReadTokens, reasoningTokens, inputAudioTokens, outputAudioTokens } =
    usage;
  if (isJsonObject(raw) && raw['promptTokenCount'] !== undefined) return raw;
  const candidates = outputTokens - reasoningTokens;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: candidates,
    totalTokenCount: inputTokens + outputTokens,
    ...(cacheReadTokens === 0 ? {} : { cachedContentTokenCount: cacheReadTokens }),
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
    promptTokensDetails: modalities(inputTokens, inputAudioTokens),
    candidatesTokensDetails: modalities(candidates, Math.min(outputAudioTokens, candidates)),
  };
}

function modalities(tokens: number, audio: number): readonly JsonObject[] {
  const text = { modality: 'TEXT', tokenCount: tokens - audio };
  return audio === 0 ? [text] : [text, { modality: 'AUDIO', tokenCount: audio }];
}

const TIERS: Readonly<Record<string, string>> = { standard: 'default', flex: 'flex', priority: 'priority' };

/** OpenAI's word for a tier of Google's (`standard` is its `default`); null: none is named. */
export function readServiceTier(tier: unknown): string | null {
  if (typeof tier !== 'string') return null;
  const word = tier.toLowerCase();
  return Object.hasOwn(TIERS, word) ? (TIERS[word] ?? null) : null;
}

/** The other way; null: Google has no such tier, or it is the one that it takes by itself. */
export function writeServiceTier(tier: string | null): string | null {
  return Object.entries(TIERS).find(([google, openAi]) => tier === google || tier === openAi)?.[0] ?? null;
}
