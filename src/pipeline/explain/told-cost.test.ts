import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Price } from '../../catalog/index.ts';
import { noUsage } from '../../inference/index.ts';
import { costOf } from '../../metering/index.ts';
import { usageWithCost } from './told-cost.ts';

const counts = fc.nat({ max: 1_000_000 });

const anyCharged = fc
  .record({ input: counts, output: counts, cached: counts, reasoning: counts, rate: fc.bigInt(0n, 10n ** 9n) })
  .map(({ input, output, cached, reasoning, rate }) => {
    const price: Price = {
      version: 'p',
      source: 'test',
      tiers: [
        {
          fromInputTokens: 0,
          input: rate,
          output: rate * 3n,
          cacheRead: rate / 10n,
          cacheWrite: rate,
          reasoning: rate * 3n,
          inputAudio: rate,
          outputAudio: rate,
          request: 0n,
        },
      ],
    };
    const usage = {
      ...noUsage,
      inputTokens: input,
      outputTokens: output,
      cacheReadTokens: Math.min(input, cached),
      reasoningTokens: Math.min(output, reasoning),
    };
    return { usage, price, nanoUsd: costOf(price, usage) };
  });

const nano = (usd: unknown): number => Math.round(Number(usd) * 1e9);

test('the parts of a cost are the whole, and what the answer said of tokens stays', () => {
  fc.assert(
    fc.property(anyCharged, fc.dictionary(fc.string(), fc.jsonValue()), (charged, said) => {
      const told = usageWithCost(said, 'openai-chat', charged, false);
      assert.ok(told);
      const details = told['cost_details'] as Readonly<Record<string, number>>;
      assert.equal(nano(told['cost']), Number(charged.nanoUsd));
      assert.equal(
        nano(details['upstream_inference_prompt_cost']) + nano(details['upstream_inference_completions_cost']),
        Number(charged.nanoUsd),
      );
      const ours = ['cost', 'is_byok', 'cost_details', 'prompt_tokens_details', 'completion_tokens_details'];
      for (const name of Object.keys(said)) if (!ours.includes(name)) assert.deepEqual(told[name], said[name]);
    }),
    { numRuns: 1_000 },
  );
});

test('details that an answer left out, or has as null, are what was counted', () => {
  const usage = { ...noUsage, inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, reasoningTokens: 3 };
  const charged = { usage, price: null, nanoUsd: 0n };
  const told = (said: unknown, dialect: Parameters<typeof usageWithCost>[1] = 'openai-chat') =>
    usageWithCost(said, dialect, charged, false);
  const chat = told({ prompt_tokens: 10, prompt_tokens_details: { cached_tokens: null, video_tokens: 1 } });
  assert.deepEqual(chat?.['prompt_tokens_details'], {
    cached_tokens: 4,
    cache_write_tokens: 0,
    audio_tokens: 0,
    video_tokens: 1,
  });
  assert.deepEqual(chat?.['completion_tokens_details'], { reasoning_tokens: 3, audio_tokens: 0 });
  const responses = told(null, 'openai-responses');
  assert.deepEqual(
    [responses?.['input_tokens'], responses?.['total_tokens'], responses?.['output_tokens_details']],
    [10, 15, { reasoning_tokens: 3 }],
  );
  assert.equal(told({}, 'gemini-generate'), undefined, 'a dialect without words for it');
});
