import type { Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

/** More than any context window will be; what is above it is a provider's mistake, not a count. */
const MOST_TOKENS = 1e12;

/** Anthropic counts what came from the cache and what went into it beside `input_tokens`. null: no usage object. */
export function readUsage(usage: unknown): Usage | null {
  if (!isJsonObject(usage)) return null;
  const input = count(usage['input_tokens']);
  const output = count(usage['output_tokens']);
  if (input === null && output === null) return null;
  const cacheReadTokens = count(usage['cache_read_input_tokens']) ?? 0;
  const cacheWriteTokens = count(usage['cache_creation_input_tokens']) ?? 0;
  const details = usage['output_tokens_details'];
  const reasoning = isJsonObject(details) ? count(details['thinking_tokens']) : null;
  return {
    inputTokens: (input ?? 0) + cacheReadTokens + cacheWriteTokens,
    outputTokens: output ?? 0,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: Math.min(reasoning ?? 0, output ?? 0),
    inputAudioTokens: 0,
    outputAudioTokens: 0,
    source: 'provider',
    raw: usage,
  };
}

/** The counts at a stream's end are of the whole answer; those that it does not name stand at its beginning. */
export function mergeUsage(before: JsonObject, later: unknown): JsonObject {
  if (!isJsonObject(later)) return before;
  const merged: Record<string, unknown> = { ...before };
  for (const name in later) if (later[name] !== null) merged[name] = later[name];
  return merged;
}

/** What only Anthropic reports, as it came from there; null where it was another provider. */
const KEPT = ['inference_geo', 'iterations', 'server_tool_use', 'speed', 'fallback_credit'] as const;

/** The tiers of an answer in its own words; OpenAI's `default` is the standard one. */
const TIERS: ReadonlySet<string | null> = new Set(['standard', 'priority', 'batch']);

/**
 * The usage of a whole answer. Every member that either published form, plain or beta, requires is there. `searches` are
 * those that the answer tells of: other providers do not count them.
 */
export function writeUsage(usage: Usage | null, serviceTier: string | null, searches: number): JsonObject {
  const { cacheReadTokens, inputTokens, outputTokens, reasoningTokens, raw } = usage ?? NOTHING_USED;
  // OpenRouter counts the same tokens of a Gemini as read and as written (recorded); here the three add up to the input.
  const cacheWriteTokens = Math.min(usage?.cacheWriteTokens ?? 0, Math.max(0, inputTokens - cacheReadTokens));
  const before = isJsonObject(raw) ? raw : {};
  const split = before['cache_creation'];
  const written: Record<string, unknown> = {
    input_tokens: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: isJsonObject(split)
      ? split
      : { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: reasoningTokens > 0 ? { thinking_tokens: reasoningTokens } : null,
    service_tier: TIERS.has(serviceTier) ? serviceTier : 'standard',
  };
  for (const name of KEPT) written[name] = before[name] ?? null;
  if (searches > 0) written['server_tool_use'] ??= { web_fetch_requests: 0, web_search_requests: searches };
  return written;
}

const NOTHING_USED = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  raw: null,
};

function count(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= MOST_TOKENS ? Math.ceil(value) : null;
}
