import assert from 'node:assert/strict';
import { it } from 'node:test';
import { estimateUsage } from './estimate.ts';

it('counts a byte as a token and says that it estimates', () => {
  const { inputTokens, outputTokens, reasoningTokens, cacheReadTokens, source, raw } = estimateUsage(1_200, 340);
  assert.deepEqual([inputTokens, outputTokens, reasoningTokens, cacheReadTokens], [1_200, 340, 0, 0]);
  assert.equal(source, 'estimated');
  assert.equal(raw, null);
});

it('gives counts to an answer without content', () => assert.equal(estimateUsage(0, 0).outputTokens, 0));
