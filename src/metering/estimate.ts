import { noUsage, type Usage } from '../inference/index.ts';

/**
 * Counts for an answer that named none, bounded by bytes: a byte-level tokenizer never makes more tokens than bytes.
 * English has about four bytes to a token, so this is above the truth, and marked as an estimate.
 */
export function estimateUsage(requestBytes: number, contentBytes: number): Usage {
  return { ...noUsage, inputTokens: requestBytes, outputTokens: contentBytes, source: 'estimated' };
}
