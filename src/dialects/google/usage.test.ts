import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noUsage } from '../../inference/index.ts';
import { readServiceTier, readUsage, writeServiceTier, writeUsage } from './usage.ts';

const RAW = {
  promptTokenCount: 100,
  cachedContentTokenCount: 40,
  candidatesTokenCount: 20,
  thoughtsTokenCount: 30,
  toolUsePromptTokenCount: 7,
  totalTokenCount: 157,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 90 },
    { modality: 'AUDIO', tokenCount: 10 },
  ],
  candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 15 }],
};

const COUNTS = {
  inputTokens: 107,
  outputTokens: 50,
  cacheReadTokens: 40,
  cacheWriteTokens: 0,
  reasoningTokens: 30,
  inputAudioTokens: 10,
  outputAudioTokens: 15,
};

describe('usage', () => {
  it('adds what Google counts apart', () =>
    assert.deepEqual(readUsage(RAW), { ...COUNTS, source: 'provider', raw: RAW }));

  it('a total beyond the parts is output', () => {
    assert.equal(readUsage({ promptTokenCount: 3, totalTokenCount: 10 })?.outputTokens, 7);
  });

  it('a traffic type alone is no usage', () => {
    for (const value of [null, {}, [], 'x', { trafficType: 'ON_DEMAND' }, { promptTokenCount: -1 }]) {
      assert.equal(readUsage(value), null, JSON.stringify(value));
    }
  });

  it('is written as it came, or made of counts that are read as the same', () => {
    const usage = { ...noUsage, ...COUNTS, source: 'provider', raw: { input_tokens: 1 } } as const;
    const { raw: _, ...again } = readUsage(writeUsage(usage)) ?? noUsage;
    const { raw: __, ...before } = usage;
    assert.deepEqual(again, before);
    assert.equal(writeUsage({ ...usage, raw: RAW }), RAW);
  });

  it('tiers have OpenAI’s names', () => {
    assert.deepEqual(['STANDARD', 'flex', 'unspecified', 1].map(readServiceTier), ['default', 'flex', null, null]);
    assert.deepEqual(['default', 'standard', 'priority', 'auto', null].map(writeServiceTier), [
      'standard',
      'standard',
      'priority',
      null,
      null,
    ]);
  });
});
