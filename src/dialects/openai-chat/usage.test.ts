import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Usage } from '../../inference/index.ts';
import { readUsage } from './usage.ts';

const SEED = 20_261_124;

type Counts = Partial<Omit<Usage, 'source' | 'raw'>>;

const SPELLINGS: readonly (readonly [string, unknown, Counts])[] = [
  [
    'OpenAI',
    {
      prompt_tokens: 1_117,
      completion_tokens: 46,
      total_tokens: 1_163,
      prompt_tokens_details: { cached_tokens: 1_024, audio_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 7 },
    },
    {
      inputTokens: 1_117,
      outputTokens: 46,
      cacheReadTokens: 1_024,
      inputAudioTokens: 5,
      reasoningTokens: 20,
      outputAudioTokens: 7,
    },
  ],
  ['embeddings', { prompt_tokens: 8, total_tokens: 8 }, { inputTokens: 8 }],
  ['Voyage: the total alone', { total_tokens: 3 }, { inputTokens: 3 }],
  [
    'DeepSeek',
    {
      prompt_tokens: 12,
      completion_tokens: 9,
      prompt_cache_hit_tokens: 8,
      prompt_cache_miss_tokens: 4,
      total_tokens: 21,
    },
    { inputTokens: 12, outputTokens: 9, cacheReadTokens: 8 },
  ],
  [
    'Moonshot',
    { prompt_tokens: 12, completion_tokens: 9, cached_tokens: 3 },
    { inputTokens: 12, outputTokens: 9, cacheReadTokens: 3 },
  ],
  [
    'Mistral',
    { prompt_tokens: 12, completion_tokens: 9, num_cached_tokens: 4 },
    { inputTokens: 12, outputTokens: 9, cacheReadTokens: 4 },
  ],
  [
    'Mistral: audio beside the prompt',
    {
      completion_tokens: 15,
      prompt_audio_seconds: 5,
      prompt_tokens: 11,
      prompt_tokens_details: { audio_tokens: 375, cached_tokens: 9 },
      total_tokens: 401,
    },
    { inputTokens: 386, outputTokens: 15, cacheReadTokens: 9, inputAudioTokens: 375 },
  ],
  [
    'OpenRouter',
    { prompt_tokens: 100, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 60 } },
    { inputTokens: 100, outputTokens: 1, cacheReadTokens: 20, cacheWriteTokens: 60 },
  ],
  [
    'the cache beside the prompt',
    { prompt_tokens: 10, completion_tokens: 5, cache_read_input_tokens: 900, cache_creation_input_tokens: 100 },
    { inputTokens: 1_010, outputTokens: 5, cacheReadTokens: 900, cacheWriteTokens: 100 },
  ],
  ['no prompt named', { completion_tokens: 4, total_tokens: 10 }, { inputTokens: 6, outputTokens: 4 }],
  [
    'OpenRouter: reasoning counted again',
    { prompt_tokens: 43, completion_tokens: 10, total_tokens: 53, completion_tokens_details: { reasoning_tokens: 11 } },
    { inputTokens: 43, outputTokens: 10, reasoningTokens: 10 },
  ],
  [
    'Vercel, Gemini, without its cost',
    { prompt_tokens: 9, completion_tokens: 35, total_tokens: 44, completion_tokens_details: { reasoning_tokens: 267 } },
    { inputTokens: 9, outputTokens: 302, reasoningTokens: 267 },
  ],
  [
    'Anthropic behind a compatible server',
    { prompt_tokens: 100, completion_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 60 },
    { inputTokens: 100, outputTokens: 1, cacheReadTokens: 20, cacheWriteTokens: 60 },
  ],
  [
    "Anthropic's own, which counts the cache apart",
    { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 60 },
    { inputTokens: 180, outputTokens: 1, cacheReadTokens: 20, cacheWriteTokens: 60 },
  ],
  [
    "OpenAI's Responses",
    {
      input_tokens: 100,
      output_tokens: 40,
      input_tokens_details: { cached_tokens: 20 },
      output_tokens_details: { reasoning_tokens: 30 },
    },
    { inputTokens: 100, outputTokens: 40, cacheReadTokens: 20, reasoningTokens: 30 },
  ],
  [
    'Copilot',
    { prompt_tokens: 5, completion_tokens: 9, reasoning_tokens: 4, total_tokens: 14 },
    { inputTokens: 5, outputTokens: 9, reasoningTokens: 4 },
  ],
  [
    'xAI: reasoning beside the completion',
    {
      prompt_tokens: 496,
      completion_tokens: 77,
      total_tokens: 694,
      completion_tokens_details: { reasoning_tokens: 121 },
    },
    { inputTokens: 496, outputTokens: 198, reasoningTokens: 121 },
  ],
  [
    'Google, compatible: only the total tells of reasoning',
    { completion_tokens: 12, prompt_tokens: 35, total_tokens: 109 },
    { inputTokens: 35, outputTokens: 74, reasoningTokens: 62 },
  ],
  [
    'Vercel: reasoning beside completion and total',
    {
      prompt_tokens: 63,
      completion_tokens: 134,
      total_tokens: 197,
      cost: 0.00205875,
      market_cost: 0.00205875,
      completion_tokens_details: { reasoning_tokens: 64 },
    },
    { inputTokens: 63, outputTokens: 198, reasoningTokens: 64 },
  ],
  [
    'Perplexity: as documented for deep research',
    {
      prompt_tokens: 33,
      completion_tokens: 7_163,
      total_tokens: 7_196,
      citation_tokens: 20_016,
      reasoning_tokens: 73_997,
    },
    { inputTokens: 33, outputTokens: 81_160, reasoningTokens: 73_997 },
  ],
  [
    'Doubleword: reasoning counted again with another tokenizer',
    {
      prompt_tokens: 42,
      completion_tokens: 2_298,
      total_tokens: 2_340,
      completion_tokens_details: { reasoning_tokens: 2_948 },
    },
    { inputTokens: 42, outputTokens: 2_298, reasoningTokens: 2_298 },
  ],
];

const NONE: Counts = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  inputAudioTokens: 0,
  outputAudioTokens: 0,
};

describe('readUsage', () => {
  for (const [name, raw, counts] of SPELLINGS) {
    it(name, () => assert.deepEqual(readUsage(raw), { ...NONE, ...counts, source: 'provider', raw }));
  }

  it('finds none in what is no usage', () => {
    for (const value of [
      null,
      undefined,
      0,
      '',
      'usage',
      [],
      [1],
      {},
      { prompt_tokens: null },
      { total_tokens: '12' },
    ]) {
      assert.equal(readUsage(value), null, JSON.stringify(value));
    }
  });

  it('takes no count that cannot be one', () => {
    for (const hostile of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e13, '12', {}, [], true, 12n]) {
      const read = readUsage({ prompt_tokens: hostile, completion_tokens: 5, prompt_tokens_details: hostile });
      assert.deepEqual({ ...read, raw: null }, { ...NONE, outputTokens: 5, source: 'provider', raw: null });
    }
  });

  it('rounds a fraction up', () => assert.equal(readUsage({ prompt_tokens: 1.2 })?.inputTokens, 2));

  it('gives whole counts, details within their totals, for anything', () => {
    const value = fc.oneof(fc.nat(1_000), fc.double(), fc.constant(null), fc.string(), fc.object({ maxDepth: 1 }));
    const details = fc.oneof(
      value,
      fc.record(
        { cached_tokens: value, cache_write_tokens: value, audio_tokens: value, reasoning_tokens: value },
        { requiredKeys: [] },
      ),
    );
    const raw = fc.record(
      {
        prompt_tokens: value,
        completion_tokens: value,
        total_tokens: value,
        input_tokens: value,
        output_tokens: value,
        prompt_tokens_details: details,
        completion_tokens_details: details,
        cached_tokens: value,
        reasoning_tokens: value,
        cache_read_input_tokens: value,
        cache_creation_input_tokens: value,
        market_cost: value,
      },
      { requiredKeys: [] },
    );
    const property = fc.property(raw, (object) => {
      const read = readUsage(object);
      if (read === null) return;
      const { source: _source, raw: _raw, ...counts } = read;
      for (const each of Object.values(counts)) assert.ok(Number.isSafeInteger(each) && each >= 0);
      for (const each of [read.cacheReadTokens, read.cacheWriteTokens, read.inputAudioTokens])
        assert.ok(each <= read.inputTokens);
      for (const each of [read.reasoningTokens, read.outputAudioTokens]) assert.ok(each <= read.outputTokens);
    });
    fc.assert(property, { seed: SEED, numRuns: 3_000 });
  });
});
