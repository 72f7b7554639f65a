import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Price, PriceTier } from '../catalog/index.ts';
import { noUsage, type Usage } from '../inference/index.ts';
import { costOf, tierFor } from './cost.ts';

const SEED = 20_261_124;
const RUNS = { seed: SEED, numRuns: 2_000 };

type Rates = Omit<PriceTier, 'fromInputTokens'>;

/** From a hundredth of a cent to 10,000 USD per million tokens, and free. */
const rate = fc.oneof(fc.constant(0n), fc.bigInt(1n, 10_000n), fc.bigInt(1n, 10_000_000_000n));
const rates: fc.Arbitrary<Rates> = fc.record({
  input: rate,
  output: rate,
  cacheRead: rate,
  cacheWrite: rate,
  reasoning: rate,
  inputAudio: rate,
  outputAudio: rate,
  request: fc.oneof(fc.constant(0n), fc.bigInt(0n, 10n ** 12n)),
});
const count = fc.oneof(fc.nat(20), fc.nat(2_000_000), fc.nat(1_000_000_000_000));
const counts = fc.record({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  inputAudioTokens: count,
  outputAudioTokens: count,
});

/** Every tier dearer than the one before it in every unit. */
const price: fc.Arbitrary<Price> = fc
  .tuple(rates, fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), rates), { maxLength: 3 }))
  .map(([base, more]): Price => {
    const starts = [...new Set(more.map(([start]) => start))].sort((a, b) => a - b);
    const higher = starts.map((fromInputTokens, index): PriceTier => {
      const added = more.slice(0, index + 1).map(([, each]) => each);
      return { fromInputTokens, ...added.reduce<Rates>(sum, base) };
    });
    return { version: 'p_0', source: 'test', tiers: [{ fromInputTokens: 0, ...base }, ...higher] };
  });

function sum(one: Rates, other: Rates): Rates {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
    reasoning: one.reasoning + other.reasoning,
    inputAudio: one.inputAudio + other.inputAudio,
    outputAudio: one.outputAudio + other.outputAudio,
    request: one.request + other.request,
  };
}

/** Token by token kind: each part of a total, then what is left of it at the plain rate. In picodollars. */
function reference(tier: PriceTier, usage: Usage): bigint {
  let total = tier.request;
  const spend = (of: number, plain: bigint, parts: readonly (readonly [number, bigint])[]): void => {
    let left = BigInt(of);
    for (const [tokens, each] of parts) {
      const taken = BigInt(tokens) < left ? BigInt(tokens) : left;
      total += taken * each;
      left -= taken;
    }
    total += left * plain;
  };
  spend(usage.inputTokens, tier.input, [
    [usage.cacheReadTokens, tier.cacheRead],
    [usage.cacheWriteTokens, tier.cacheWrite],
    [usage.inputAudioTokens, tier.inputAudio],
  ]);
  spend(usage.outputTokens, tier.output, [
    [usage.reasoningTokens, tier.reasoning],
    [usage.outputAudioTokens, tier.outputAudio],
  ]);
  return total;
}

describe('costOf', () => {
  it('is the exact sum, rounded up once', () => {
    const property = fc.property(price, counts, (list, each) => {
      const usage: Usage = { ...noUsage, ...each };
      const tier = list.tiers.findLast(({ fromInputTokens }) => fromInputTokens <= usage.inputTokens) ?? list.tiers[0];
      const exact = reference(tier, usage);
      const excess = costOf(list, usage) * 1_000n - exact;
      assert.ok(excess >= 0n && excess < 1_000n, `${excess} picodollars too many`);
    });
    fc.assert(property, RUNS);
  });

  it('never falls when a total grows', () => {
    const property = fc.property(price, counts, fc.nat(1_000_000), fc.boolean(), (list, each, more, isInput) => {
      const usage: Usage = { ...noUsage, ...each };
      const total = isInput ? 'inputTokens' : 'outputTokens';
      assert.ok(costOf(list, { ...usage, [total]: usage[total] + more }) >= costOf(list, usage));
    });
    fc.assert(property, RUNS);
  });

  it('follows the rate of a detail that grows within its total', () => {
    const details = [
      ['cacheReadTokens', 'cacheRead', 'input'],
      ['cacheWriteTokens', 'cacheWrite', 'input'],
      ['inputAudioTokens', 'inputAudio', 'input'],
      ['reasoningTokens', 'reasoning', 'output'],
      ['outputAudioTokens', 'outputAudio', 'output'],
    ] as const;
    const property = fc.property(
      price,
      fc.constantFrom(...details),
      fc.nat(1_000_000),
      (list, [detail, part, whole], tokens) => {
        const usage: Usage = { ...noUsage, inputTokens: 1_000_000, outputTokens: 1_000_000 };
        const tier = tierFor(list, 1_000_000);
        const [without, cost] = [costOf(list, usage), costOf(list, { ...usage, [detail]: tokens })];
        if (tier[part] >= tier[whole]) assert.ok(cost >= without);
        else assert.ok(cost <= without);
      },
    );
    fc.assert(property, RUNS);
  });

  it('prices no token twice, however much the details claim', () => {
    const property = fc.property(counts, fc.bigInt(0n, 10_000_000n), (each, flat) => {
      const usage: Usage = { ...noUsage, ...each };
      const tier = {
        fromInputTokens: 0,
        input: flat,
        output: flat,
        cacheRead: flat,
        cacheWrite: flat,
        reasoning: flat,
        inputAudio: flat,
        outputAudio: flat,
        request: 0n,
      };
      const exact = flat * BigInt(usage.inputTokens + usage.outputTokens);
      assert.equal(costOf({ version: 'p_0', source: 'test', tiers: [tier] }, usage), (exact + 999n) / 1_000n);
    });
    fc.assert(property, RUNS);
  });

  it('takes the whole request at the tier that its input falls in', () => {
    const flat = { cacheRead: 0n, cacheWrite: 0n, reasoning: 0n, inputAudio: 0n, outputAudio: 0n, request: 0n };
    const list: Price = {
      version: 'p_0',
      source: 'test',
      tiers: [
        { fromInputTokens: 0, input: 1_250_000n, output: 10_000_000n, ...flat },
        { fromInputTokens: 200_001, input: 2_500_000n, output: 15_000_000n, ...flat },
      ],
    };
    const usage = { ...noUsage, outputTokens: 1_000 };
    assert.equal(costOf(list, { ...usage, inputTokens: 200_000 }), 200_000n * 1_250n + 1_000n * 10_000n);
    assert.equal(costOf(list, { ...usage, inputTokens: 200_001 }), 200_001n * 2_500n + 1_000n * 15_000n);
  });

  it('is nothing where everything is free', () => {
    const free = {
      input: 0n,
      output: 0n,
      cacheRead: 0n,
      cacheWrite: 0n,
      reasoning: 0n,
      inputAudio: 0n,
      outputAudio: 0n,
      request: 0n,
    };
    assert.equal(
      costOf(
        { version: 'p_0', source: 'free', tiers: [{ fromInputTokens: 0, ...free }] },
        { ...noUsage, inputTokens: 1e12 },
      ),
      0n,
    );
  });
});
