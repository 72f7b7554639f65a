import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReasoningWish } from '../../inference/index.ts';
import type { ModelFacts } from '../dialect.ts';
import { readThinking, writeThinking } from './thinking.ts';

const NONE: ReasoningWish = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null };

type Case = readonly [wish: Partial<ReasoningWish>, model: string, thinking: ModelFacts['thinking'], config: unknown];

const WRITTEN: readonly Case[] = [
  [{ effort: 'high' }, 'gemini-3-pro-preview', null, { thinkingLevel: 'HIGH' }],
  [{ effort: 'xhigh' }, 'gemini-4-flash', null, { thinkingLevel: 'HIGH' }],
  [{ effort: 'medium' }, 'gemini-2.5-flash', null, { thinkingBudget: 8_192 }],
  [{ effort: 'low' }, 'gemini-flash-latest', null, { thinkingLevel: 'LOW' }],
  [{ effort: 'low' }, 'my-alias', 'budget', { thinkingBudget: 1_024 }],
  [{ effort: 'high', budgetTokens: 500 }, 'gemini-2.5-pro', null, { thinkingBudget: 500 }],
  [{ effort: 'high', budgetTokens: 500 }, 'gemini-3-flash', null, { thinkingLevel: 'HIGH' }],
  [{ mode: 'on', budgetTokens: 2_000 }, 'gemini-3-flash', null, { thinkingBudget: 2_000 }],
  [{ mode: 'adaptive' }, 'gemini-2.5-flash', null, { thinkingBudget: -1 }],
  [{ mode: 'adaptive' }, 'gemini-3-flash', null, null],
  [{ mode: 'off' }, 'gemini-2.5-flash', null, { thinkingBudget: 0 }],
  [{ mode: 'off' }, 'gemini-2.5-pro', null, { thinkingBudget: 128 }],
  [{ effort: 'none' }, 'gemini-3-flash', null, { thinkingLevel: 'MINIMAL' }],
  [{ effort: 'none' }, 'gemini-3-pro', null, { thinkingLevel: 'LOW' }],
  [{ summary: 'auto' }, 'gemini-3-pro', null, { includeThoughts: true }],
  [{ isShown: false, effort: 'low' }, 'gemini-3-pro', null, { thinkingLevel: 'LOW', includeThoughts: false }],
  [{ mode: 'off' }, 'gemini-2.0-flash', null, null],
];

describe('thinking', () => {
  for (const [wish, model, thinking, config] of WRITTEN) {
    it(`${JSON.stringify(wish)} for ${model}`, () => {
      const facts = { maxOutput: null, takesSampling: null, thinking };
      const target = { model, maxOutputTokens: null, outputLimit: 'max_tokens', facts } as const;
      assert.deepEqual(writeThinking({ ...NONE, ...wish }, target), config);
    });
  }

  it('a model that does not think is not told to', () => {
    const facts = { maxOutput: null, takesSampling: null, thinking: 'none' } as const;
    const target = { model: 'm', maxOutputTokens: null, outputLimit: 'max_tokens', facts } as const;
    assert.equal(writeThinking({ ...NONE, effort: 'high' }, target), 'unthinking');
    assert.equal(writeThinking({ ...NONE, mode: 'off' }, target), null);
  });

  it('is read in either spelling', () => {
    assert.deepEqual(readThinking({ thinking_budget: 0 }), { ...NONE, mode: 'off' });
    assert.deepEqual(readThinking({ thinkingBudget: -1 }), { ...NONE, mode: 'adaptive' });
    assert.deepEqual(readThinking({ thinkingBudget: 9 }), { ...NONE, mode: 'on', budgetTokens: 9 });
    assert.deepEqual(readThinking({ thinking_level: 'HIGH', include_thoughts: true }), {
      ...NONE,
      effort: 'high',
      isShown: true,
    });
  });
});
