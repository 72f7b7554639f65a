import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Price, PriceTier } from '../catalog/index.ts';
import { noUsage, type Usage } from '../inference/index.ts';
import { type BoundInput, boundCharge } from './bound.ts';
import { costOf } from './cost.ts';

const SEED = 20_261_124;

const rate = fc.bigInt(0n, 100_000_000n);
const units = fc.record({
  input: rate,
  output: rate,
  cacheRead: rate,
  cacheWrite: rate,
  reasoning: rate,
  inputAudio: rate,
  outputAudio: rate,
  request: fc.bigInt(0n, 10n ** 10n),
});

/** Tiers in any order of dearness: a higher one may be the cheaper. */
const price: fc.Arbitrary<Price> = fc
  .tuple(
    units,
    fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 20_000 }), units), {
      maxLength: 3,
      selector: ([start]) => start,
    }),
  )
  .map(([base, more]): Price => {
    const higher = more.map(([fromInputTokens, each]): PriceTier => ({ fromInputTokens, ...each }));
    const sorted = higher.sort((a, b) => a.fromInputTokens - b.fromInputTokens);
    return { version: 'p_0', source: 'test', tiers: [{ fromInputTokens: 0, ...base }, ...sorted] };
  });

const maybe = (most: number): fc.Arbitrary<number | null> =>
  fc.option(fc.integer({ min: 1, max: most }), { nil: null });
const request = fc.record({
  bodyBytes: fc.nat(30_000),
  maxOutputAsked: maybe(10_000),
  modelMaxOutput: maybe(10_000),
  contextWindow: maybe(40_000),
  n: fc.integer({ min: 1, max: 8 }),
  refersOutside: fc.boolean(),
});

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const parts = fc.record({
  input: fraction,
  output: fraction,
  cacheReadTokens: fc.nat(40_000),
  cacheWriteTokens: fc.nat(40_000),
  reasoningTokens: fc.nat(40_000),
  inputAudioTokens: fc.nat(40_000),
  outputAudioTokens: fc.nat(40_000),
});

const flat: Price = {
  version: 'p_0',
  source: 'test',
  tiers: [
    {
      fromInputTokens: 0,
      input: 1_000n,
      output: 1_000_000n,
      cacheRead: 0n,
      cacheWrite: 0n,
      reasoning: 0n,
      inputAudio: 0n,
      outputAudio: 0n,
      request: 0n,
    },
  ],
};
const plain: BoundInput = {
  price: flat,
  bodyBytes: 500,
  maxOutputAsked: null,
  modelMaxOutput: null,
  contextWindow: null,
  n: 1,
  refersOutside: false,
};

describe('boundCharge', () => {
  it('is not less than any cost within its tokens, in whatever tier and kind they come', () => {
    const property = fc.property(price, request, parts, (list, asked, { input, output, ...details }) => {
      const bound = boundCharge({ price: list, ...asked });
      const usage: Usage = {
        ...noUsage,
        ...details,
        inputTokens: Math.floor(bound.inputTokens * input),
        outputTokens: Math.floor(bound.outputTokens * output),
      };
      assert.ok(costOf(list, usage) <= bound.nanoUsd);
    });
    fc.assert(property, { seed: SEED, numRuns: 5_000 });
  });

  it('has room for every byte of the request as a token, unless the model reads less', () => {
    const property = fc.property(price, request, (list, asked) => {
      const { inputTokens } = boundCharge({ price: list, ...asked });
      assert.ok(inputTokens >= Math.min(asked.bodyBytes, asked.contextWindow ?? Number.POSITIVE_INFINITY));
      if (asked.refersOutside) assert.ok(inputTokens >= (asked.contextWindow ?? 1_000_000));
    });
    fc.assert(property, { seed: SEED });
  });

  it("takes the client's limit, else the model's, else the context window's, each for every answer", () => {
    const output = (change: Partial<BoundInput>): number => boundCharge({ ...plain, ...change }).outputTokens;
    assert.equal(output({ maxOutputAsked: 100, modelMaxOutput: 4_096, n: 3 }), 300);
    assert.equal(output({ modelMaxOutput: 4_096, contextWindow: 8_192, n: 2 }), 8_192);
    assert.equal(output({ contextWindow: 8_192 }), 8_192);
    assert.equal(output({ maxOutputAsked: 0 }), 0);
    assert.ok(output({}) >= 100_000);
  });

  it('counts a request that nothing else bounds as the whole context window', () => {
    const input = (change: Partial<BoundInput>): number => boundCharge({ ...plain, ...change }).inputTokens;
    assert.ok(input({ refersOutside: true, contextWindow: 128_000 }) >= 128_000);
    assert.ok(input({ refersOutside: true }) >= 1_000_000);
    assert.ok(input({}) < 2_000);
  });

  it('survives limits that no model has', () => {
    for (const maxOutputAsked of [Number.POSITIVE_INFINITY, 1e308, -5, 0.5, Number.NaN]) {
      assert.ok(boundCharge({ ...plain, maxOutputAsked, n: 1e300 }).nanoUsd >= 0n, String(maxOutputAsked));
    }
    assert.ok(boundCharge({ ...plain, maxOutputAsked: Number.POSITIVE_INFINITY }).nanoUsd > 10n ** 12n);
  });
});
