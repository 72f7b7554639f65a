import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traitsOf } from './traits.ts';

const cases: readonly (readonly [model: string, thinking: string | null, takesSampling: boolean | null])[] = [
  ['gpt-4o-2024-08-06', 'none', true],
  ['gpt-5-chat-latest', 'none', true],
  ['openai/gpt-5.2', 'effort', false],
  ['o3-mini', 'effort', false],
  ['claude-3-5-sonnet-20241022', 'none', true],
  ['claude-3-7-sonnet-latest', 'budget', true],
  ['claude-sonnet-4-20250514', 'budget', true],
  ['claude-opus-4-1-20250805', 'budget', true],
  ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'budget', true],
  ['claude-haiku-4-5', 'budget', true],
  ['claude-sonnet-4-6', 'adaptive', true],
  ['anthropic/claude-opus-4.7', 'adaptive', false],
  ['anthropic/claude-3.5-haiku', 'none', true],
  ['claude-opus-4-7', 'adaptive', false],
  ['anthropic/claude-sonnet-5', 'adaptive', false],
  ['gemini-2.0-flash', 'none', true],
  ['google/gemini-2.5-pro', 'budget', true],
  ['gemini-3-pro-preview', 'effort', true],
  ['qwen3-coder', null, null],
];
for (const [model, thinking, takesSampling] of cases) {
  test(model, () => {
    const { bounds: _, ...manner } = traitsOf(model);
    assert.deepEqual(manner, { thinking, takesSampling });
  });
}

const bounded: readonly (readonly [model: string, temperature: number | null, images: number | null])[] = [
  ['claude-3-5-sonnet-20241022', 1, 100],
  ['claude-sonnet-4-20250514', 1, 100],
  ['claude-haiku-4-5', 1, 100],
  ['anthropic/claude-opus-4.6', 1, 600],
  ['anthropic/claude-3.5-sonnet', 1, 100],
  ['us.anthropic.claude-sonnet-4-6-v1:0', 1, 600],
  ['claude-opus-5', 1, 600],
  ['google/gemini-2.5-pro', 2, null],
  ['gpt-4o', null, null],
];
for (const [model, temperature, images] of bounded) {
  test(`what ${model} takes at most`, () => {
    const { bounds } = traitsOf(model);
    assert.deepEqual([bounds.temperature, bounds.images], [temperature, images]);
  });
}
