import { noUsage, type Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

/**
 * Bedrock's `inputTokens` leaves cached tokens out: of 22 + 2,492 written + 13 the recorded total is 2,527. The names
 * that end in `Count` are older and say the same.
 */
export function decodeUsage(raw: unknown): Usage | null {
  if (!isJsonObject(raw)) return null;
  const cacheReadTokens = count(raw['cacheReadInputTokens'] ?? raw['cacheReadInputTokenCount']);
  const cacheWriteTokens = count(raw['cacheWriteInputTokens'] ?? raw['cacheWriteInputTokenCount']);
  return {
    ...noUsage,
    inputTokens: count(raw['inputTokens']) + cacheReadTokens + cacheWriteTokens,
    outputTokens: count(raw['outputTokens']),
    cacheReadTokens,
    cacheWriteTokens,
    source: 'provider',
    raw,
  };
}

export function encodeUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return {
    inputTokens: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens),
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cacheReadInputTokens: cacheReadTokens,
    cacheWriteInputTokens: cacheWriteTokens,
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
