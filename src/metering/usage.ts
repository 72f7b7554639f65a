import type { Usage } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';

/** More than any context window will be; what is above it is a provider's mistake, not a count. */
const MOST_TOKENS = 1e12;

/**
 * A provider's usage object in canonical counts; null if it holds none. Spellings as they occur in recorded traffic:
 * OpenAI's, DeepSeek's `prompt_cache_hit_tokens`, Moonshot's `cached_tokens`, Mistral's `num_cached_tokens`, Copilot's
 * `reasoning_tokens`, Anthropic's `cache_read_input_tokens` behind compatible servers, OpenRouter's
 * `cache_write_tokens`; embeddings have no completion, Voyage's only a total.
 */
export function readUsage(usage: unknown): Usage | null {
  if (!isJsonObject(usage)) return null;
  const prompt = count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
  const completion = count(usage['completion_tokens']) ?? count(usage['output_tokens']);
  const total = count(usage['total_tokens']);
  if (prompt === null && completion === null && total === null) return null;
  const parts = partsOf(usage);
  const inputTokens = prompt ?? Math.max(0, (total ?? 0) - (completion ?? 0));
  const apart = whatIsApart(inputTokens, completion ?? 0, total, parts);
  return counted(
    inputTokens + apart.input,
    (completion ?? 0) + apart.output,
    { ...parts, reasoning: parts.reasoning ?? apart.output },
    usage,
  );
}

type Parts = {
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly inputAudio: number;
  readonly outputAudio: number;
  /** null: not named. */
  readonly reasoning: number | null;
};

function partsOf(usage: JsonObject): Parts {
  const input = objectOf(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  const output = objectOf(usage['completion_tokens_details'] ?? usage['output_tokens_details']);
  const cacheRead = first(
    input['cached_tokens'],
    usage['prompt_cache_hit_tokens'],
    usage['cached_tokens'],
    usage['num_cached_tokens'],
    usage['cache_read_input_tokens'],
  );
  return {
    cacheRead: cacheRead ?? 0,
    cacheWrite: first(input['cache_write_tokens'], usage['cache_creation_input_tokens']) ?? 0,
    inputAudio: first(input['audio_tokens']) ?? 0,
    outputAudio: first(output['audio_tokens']) ?? 0,
    reasoning: first(output['reasoning_tokens'], usage['reasoning_tokens']),
  };
}

/** Counted too, but not in the prompt's or completion's number. */
type Apart = { readonly input: number; readonly output: number };

/**
 * Most count reasoning and cached input in the totals, as `Usage` does. Where a total exceeds the sum, the excess is
 * what was left out: Mistral's audio input (prompt 11, audio 375, completion 15, total 401), xAI's reasoning (prompt
 * 288, completion 27, reasoning 313, total 628), Google's reasoning, unnamed (35, 12, total 109). Vercel leaves Gemini's
 * reasoning out of the total, too (9, 35, reasoning 267, total 44, and asks for 302): a part that cannot be in its
 * whole is beside it. Where it exceeds it by little it is the same tokens counted by another tokenizer (Doubleword's 19
 * of 16, OpenRouter's 11 of 10): three times as much is the least seen of the one, a fifth more the most of the other.
 */
function whatIsApart(prompt: number, completion: number, total: number | null, parts: Parts): Apart {
  const cached = parts.cacheRead + parts.cacheWrite;
  const excess = prompt + completion === 0 || total === null ? 0 : Math.max(0, total - prompt - completion);
  if (excess > 0 && excess === parts.inputAudio) return { input: excess, output: 0 };
  if (excess > 0 && excess === cached) return { input: excess, output: 0 };
  if (excess > 0) return { input: 0, output: excess };
  const reasoning = parts.reasoning ?? 0;
  return { input: cached > prompt ? cached : 0, output: reasoning > 2 * completion ? reasoning : 0 };
}

function counted(inputTokens: number, outputTokens: number, parts: Parts, raw: JsonObject): Usage {
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: Math.min(parts.cacheRead, inputTokens),
    cacheWriteTokens: Math.min(parts.cacheWrite, inputTokens),
    reasoningTokens: Math.min(parts.reasoning ?? 0, outputTokens),
    inputAudioTokens: Math.min(parts.inputAudio, inputTokens),
    outputAudioTokens: Math.min(parts.outputAudio, outputTokens),
    source: 'provider',
    raw,
  };
}

function first(...values: readonly unknown[]): number | null {
  for (const value of values) {
    const counts = count(value);
    if (counts !== null) return counts;
  }
  return null;
}

/** null: not a count. Text, negative numbers and what no context window could hold are none. */
function count(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? Math.ceil(value) : null;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
