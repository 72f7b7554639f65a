import type { Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

/** More than any context window will be; what is above it is a provider's mistake, not a count. */
const MOST_TOKENS = 1e12;

/**
 * Reasoning counted again with another tokenizer came to 1.28 times the completion it was part of (recorded at
 * Doubleword: 2,948 of 2,298); reasoning that is counted apart to 1.8 and more (Vercel, Perplexity).
 */
const MOST_RECOUNTED = 1.5;

/**
 * A provider's usage object in canonical counts; null if it holds none. Spellings as they occur in recorded traffic:
 * OpenAI's, DeepSeek's `prompt_cache_hit_tokens`, Moonshot's `cached_tokens`, Mistral's `num_cached_tokens`,
 * Anthropic's `cache_creation_input_tokens` behind compatible servers, and OpenRouter's `cache_write_tokens`.
 */
export function readUsage(usage: unknown): Usage | null {
  if (!isJsonObject(usage)) return null;
  const completion = count(usage['completion_tokens']) ?? count(usage['output_tokens']);
  const total = count(usage['total_tokens']);
  const prompt = count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
  if (prompt === null && completion === null && total === null) return null;
  const promptDetails = detailsOf(usage, 'prompt_tokens_details', 'input_tokens_details');
  const completionDetails = detailsOf(usage, 'completion_tokens_details', 'output_tokens_details');
  const cache = { read: cacheRead(usage, promptDetails), write: cacheWrite(usage, promptDetails) };
  // Embeddings at Voyage name the total alone.
  const named = prompt ?? Math.max(0, (total ?? 0) - (completion ?? 0));
  const audio = count(promptDetails['audio_tokens']);
  const counted = { prompt: named + cacheApart(named, cache, usage), completion: completion ?? 0, total };
  const inputTokens = counted.prompt + audioApart(counted, audio);
  const reasoning = count(completionDetails['reasoning_tokens']) ?? count(usage['reasoning_tokens']);
  const apart = reasoningApart({ ...counted, prompt: inputTokens }, reasoning, usage);
  const outputTokens = counted.completion + apart;
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: within(cache.read, inputTokens),
    cacheWriteTokens: within(cache.write, inputTokens),
    reasoningTokens: within(reasoning ?? apart, outputTokens),
    inputAudioTokens: within(audio, inputTokens),
    outputAudioTokens: within(count(completionDetails['audio_tokens']), outputTokens),
    source: 'provider',
    raw: usage,
  };
}

/** OpenAI's object with all its details, and OpenRouter's count of what was written to the cache. */
export function encodeUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens,
      audio_tokens: usage.inputAudioTokens,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.outputAudioTokens,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

type Cache = { readonly read: number | null; readonly write: number | null };
type Counted = { readonly prompt: number; readonly completion: number; readonly total: number | null };

/**
 * Audio input that is not in `prompt_tokens`: Mistral's Voxtral names 375 audio tokens beside 11 of prompt, and the
 * total exceeds prompt and completion by just them.
 */
function audioApart({ prompt, completion, total }: Counted, audio: number | null): number {
  return audio !== null && audio > 0 && total === prompt + completion + audio ? audio : 0;
}

/**
 * Reasoning that is billed as output but not in `completion_tokens`. Recorded:
 * - xAI names it in the details, and the total has it (496 + 77 + 121 = 694; its own `cost_in_usd_ticks` bills 198).
 * - Google's compatible endpoint names it nowhere, only the total exceeds the sum.
 * - Vercel leaves it out of the total as well: Gemini 9 + 75 reasoning, GPT-5 134 + 64, and its `cost` bills the sum.
 *   Only Vercel's object has `market_cost`.
 * - Perplexity's deep research documents 73,997 reasoning tokens beside 7,163 of completion and a total of those.
 */
function reasoningApart({ prompt, completion, total }: Counted, reasoning: number | null, usage: JsonObject): number {
  const over = total === null ? 0 : total - prompt - completion;
  if (over > 0 && prompt + completion > 0) return reasoning === null || over <= reasoning ? over : 0;
  if (reasoning === null) return 0;
  return 'market_cost' in usage || reasoning > completion * MOST_RECOUNTED ? reasoning : 0;
}

/**
 * Anthropic's own object counts what came from the cache and went into it beside `input_tokens`, while OpenAI's details
 * are parts of the whole. Behind compatible servers both occur as `prompt_tokens`: parts cannot exceed it.
 */
function cacheApart(prompt: number, { read, write }: Cache, usage: JsonObject): number {
  if (!('cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage)) return 0;
  const cached = (read ?? 0) + (write ?? 0);
  const isAnthropic = usage['prompt_tokens'] === undefined && usage['input_tokens_details'] === undefined;
  return isAnthropic || cached > prompt ? cached : 0;
}

function cacheRead(usage: JsonObject, details: JsonObject): number | null {
  return (
    count(details['cached_tokens']) ??
    count(usage['prompt_cache_hit_tokens']) ??
    count(usage['cached_tokens']) ??
    count(usage['num_cached_tokens']) ??
    count(usage['cache_read_input_tokens'])
  );
}

function cacheWrite(usage: JsonObject, details: JsonObject): number | null {
  return count(details['cache_write_tokens']) ?? count(usage['cache_creation_input_tokens']);
}

function count(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? Math.ceil(value) : null;
}

function within(value: number | null, most: number): number {
  return Math.min(value ?? 0, most);
}

function detailsOf(usage: JsonObject, name: string, otherName: string): JsonObject {
  const details = usage[name] ?? usage[otherName];
  return isJsonObject(details) ? details : {};
}
