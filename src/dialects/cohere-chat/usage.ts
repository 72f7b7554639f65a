import { type FinishReason, noUsage, type Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asCount, asObject, asText } from '../loosely.ts';

/**
 * `billed_units` is what is paid for; `tokens` has the preamble as well, of 1,400 tokens and more, and so have the
 * `cached_tokens`: of those no more count than were billed.
 */
export function readUsage(usage: unknown): Usage | null {
  if (!isJsonObject(usage)) return null;
  const billed = asObject(usage['billed_units']) ?? {};
  const tokens = asObject(usage['tokens']) ?? {};
  const inputTokens = asCount(billed['input_tokens']) ?? asCount(tokens['input_tokens']);
  const outputTokens = asCount(billed['output_tokens']) ?? asCount(tokens['output_tokens']);
  if (inputTokens === null && outputTokens === null) return null;
  return {
    ...noUsage,
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cacheReadTokens: Math.min(asCount(usage['cached_tokens']) ?? 0, inputTokens ?? 0),
    reasoningTokens: Math.min(asCount(tokens['reasoning_tokens']) ?? 0, outputTokens ?? 0),
    source: 'provider',
    raw: usage,
  };
}

export function writeUsage({ inputTokens, outputTokens, cacheReadTokens, reasoningTokens }: Usage): JsonObject {
  const counts = { input_tokens: inputTokens, output_tokens: outputTokens };
  return {
    billed_units: counts,
    tokens: reasoningTokens === 0 ? counts : { ...counts, reasoning_tokens: reasoningTokens },
    cached_tokens: cacheReadTokens,
  };
}

const UNIFIED: Readonly<Record<string, FinishReason['unified']>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR: 'error',
  TIMEOUT: 'error',
  ERROR_TOXIC: 'content-filter',
  ERROR_LIMIT: 'length',
};

export function readFinish(reason: unknown): FinishReason {
  const raw = asText(reason);
  return { unified: (raw !== null && Object.hasOwn(UNIFIED, raw) ? UNIFIED[raw] : undefined) ?? 'other', raw };
}

const WORDS: Readonly<Record<FinishReason['unified'], string>> = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR',
  error: 'ERROR',
  other: 'COMPLETE',
};

export function writeFinish({ unified, raw }: FinishReason, stopSequence: string | null): string {
  if (unified === 'stop' && (stopSequence !== null || raw === 'STOP_SEQUENCE')) return 'STOP_SEQUENCE';
  return raw === 'TIMEOUT' ? raw : WORDS[unified];
}
