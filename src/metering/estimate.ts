import { noUsage, type Usage } from '../inference/index.ts';

/**
 * Counts for an answer that named none, bounded by bytes: a byte-level tokenizer never makes more tokens than bytes.
 * English has about four bytes to a token, so this is above the truth, and marked as an estimate. Input cannot exceed
 * the context window, where that is known: an image is many more bytes than tokens.
 */
export function estimateUsage(requestBytes: number, contentBytes: number, contextWindow: number | null = null): Usage {
  const inputTokens = Math.min(requestBytes, contextWindow ?? Number.POSITIVE_INFINITY);
  return { ...noUsage, inputTokens, outputTokens: contentBytes, source: 'estimated' };
}
