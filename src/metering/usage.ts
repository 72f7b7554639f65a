import type { Usage } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';

/** More than any context window will be; what is above it is a provider's mistake, not a count. */
const MOST_TOKENS = 1e12;

/**
 * A provider's usage object in canonical counts; null if it holds none. Spellings as they occur in recorded traffic:
 * OpenAI's, DeepSeek's `prompt_cache_hit_tokens`, Moonshot's `cached_tokens`, Anthropic's `cache_creation_input_tokens`
 * behind compatible servers, and OpenRouter's `cache_write_tokens`.
 */
export function readUsage(usage: unknown): Usage | null {
  if (!isJsonObject(usage)) return null;
  const prompt = count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
  const completion = count(usage['completion_tokens']) ?? count(usage['output_tokens']);
  const total = count(usage['total_tokens']);
  if (prompt === null && completion === null && total === null) return null;
  const promptDetails = objectOf(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  const completionDetails = objectOf(usage['completion_tokens_details'] ?? usage['output_tokens_details']);
  const inputTokens = prompt ?? (completion === null ? (total ?? 0) : 0);
  const reasoning = count(completionDetails['reasoning_tokens']) ?? count(usage['reasoning_tokens']);
  const apart = reasoningApart(inputTokens, completion ?? 0, total, reasoning);
  const outputTokens = (completion ?? 0) + apart;
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: within(cacheRead(usage, promptDetails), inputTokens),
    cacheWriteTokens: within(
      count(promptDetails['cache_write_tokens']) ?? count(usage['cache_creation_input_tokens']),
      inputTokens,
    ),
    reasoningTokens: within(reasoning ?? apart, outputTokens),
    inputAudioTokens: within(count(promptDetails['audio_tokens']), inputTokens),
    outputAudioTokens: within(count(completionDetails['audio_tokens']), outputTokens),
    source: 'provider',
    raw: usage,
  };
}

/**
 * Reasoning that is billed as output but not in `completion_tokens`: xAI names it in the details, Google's compatible
 * endpoint only lets the total exceed the sum. Either way it is exactly what the total has over prompt and completion.
 */
function reasoningApart(prompt: number, completion: number, total: number | null, reasoning: number | null): number {
  const over = total === null ? 0 : total - prompt - completion;
  if (over <= 0 || completion + prompt === 0) return 0;
  return reasoning === null || over <= reasoning ? over : 0;
}

function cacheRead(usage: JsonObject, details: JsonObject): number | null {
  return (
    count(details['cached_tokens']) ??
    count(usage['prompt_cache_hit_tokens']) ??
    count(usage['cached_tokens']) ??
    count(usage['cache_read_input_tokens'])
  );
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= MOST_TOKENS
    ? Math.ceil(value)
    : null;
}

function within(value: number | null, most: number): number {
  return Math.min(value ?? 0, most);
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
