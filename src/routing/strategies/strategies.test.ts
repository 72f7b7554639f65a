import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Deployment, Price } from '../../catalog/index.ts';
import { type DeploymentStats, noStats } from '../health/stats.ts';
import { deploymentOf, planInputOf, seeded } from '../plan-fixture.ts';
import { PLACES_IN_ORDER } from './shuffle.ts';
import { strategies } from './strategies.ts';
import { type StrategyContext, type StrategyId, strategyIds } from './strategy.ts';

type Known = Partial<DeploymentStats> & { readonly inFlight?: number; readonly tokens?: number };

function contextOf(
  known: Readonly<Record<string, Known>> = {},
  change: Partial<StrategyContext> = {},
): StrategyContext {
  const { random, ...input } = planInputOf();
  return {
    ...input,
    random,
    stats: ({ id }) => ({ ...noStats, ...known[id] }),
    load: ({ id }) => ({ inFlight: known[id]?.inFlight ?? 0, requests: 0, tokens: known[id]?.tokens ?? 0 }),
    ...change,
  };
}

function priced(id: string, usdPerMillion: number | null, change: Partial<Deployment> = {}): Deployment {
  const pico = BigInt(Math.round((usdPerMillion ?? 0) * 1e6));
  const unit = { input: pico, output: pico, cacheRead: pico, cacheWrite: pico, reasoning: pico };
  const tier = { fromInputTokens: 0, ...unit, inputAudio: pico, outputAudio: pico, request: 0n };
  const price: Price = { version: id, source: 'test', tiers: [tier] };
  return deploymentOf(id, { price: usdPerMillion === null ? null : price, ...change });
}

function percentiles(p50: number): DeploymentStats['firstByteMs'] {
  return { p50, p75: p50 * 2, p90: p50 * 3, p99: p50 * 4 };
}

function order(id: StrategyId, deployments: readonly Deployment[], context: StrategyContext): readonly string[] {
  return strategies[id].order(deployments, context).map((deployment) => deployment.id);
}

/** How often each stands first, as shares. */
function shares(
  id: StrategyId,
  deployments: readonly Deployment[],
  context: StrategyContext,
): Readonly<Record<string, number>> {
  const rounds = 20_000;
  const first: Record<string, number> = {};
  for (let turn = 0; turn < rounds; turn++) {
    const [name = ''] = order(id, deployments, { ...context, turn });
    first[name] = (first[name] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(first).map(([name, times]) => [name, times / rounds]));
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? 0) - expected) < 0.02, `${actual} is not near ${expected}`);
}

for (const id of strategyIds) {
  test(`${id}: each deployment once, the same for the same seed, those without weight never before others`, () => {
    const some = fc.array(fc.record({ weight: fc.constantFrom(0, 1, 1, 2), ms: fc.option(fc.nat(1_000)) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(some, fc.nat(), fc.nat(), (made, seed, turn) => {
        const deployments = made.map(({ weight }, index) => deploymentOf(`d${index}`, { weight }));
        const known = Object.fromEntries(
          made.map(({ ms }, index) => [
            `d${index}`,
            { peakEwmaMs: ms, firstByteMs: ms === null ? null : percentiles(ms) },
          ]),
        );
        const at = (): readonly string[] =>
          order(id, deployments, contextOf(known, { random: seeded(seed), turn, nowMs: 1 }));
        assert.deepEqual([...at()].sort(), deployments.map((deployment) => deployment.id).sort());
        assert.deepEqual(at(), at());
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(order(id, [], contextOf()), []);
  });
}

test('of more deployments than are ever tried the best come first all the same', () => {
  const many = Array.from({ length: 200 }, (_, index) => priced(`d${index}`, 1 + ((index * 77) % 200)));
  const cheapest = [...many].sort((a, b) => Number(a.price?.tiers[0].input) - Number(b.price?.tiers[0].input));
  assert.deepEqual(
    order('lowest-price', many, contextOf()).slice(0, PLACES_IN_ORDER),
    cheapest.slice(0, PLACES_IN_ORDER).map(({ id }) => id),
  );
});

test('weighted: the chance to stand first is weight over the sum of weights', () => {
  const deployments = [deploymentOf('one'), deploymentOf('three', { weight: 3 }), deploymentOf('none', { weight: 0 })];
  const first = shares('weighted', deployments, contextOf());
  near(first['three'], 0.75);
  assert.equal(first['none'], undefined);
});

test('price-weighted: $1 and $3 share the calls 9 to 1; who failed within 30 s comes last', () => {
  const deployments = [priced('dollar', 1), priced('three', 3), priced('unknown', null)];
  const first = shares('price-weighted', deployments, contextOf());
  near(first['dollar'], 0.9);
  near(first['three'], 0.1);
  assert.equal(first['unknown'], undefined);
  const failed = (msAgo: number) => contextOf({ dollar: { lastFailureMs: 100_000 - msAgo } }, { nowMs: 100_000 });
  assert.equal(shares('price-weighted', deployments.slice(0, 2), failed(29_999))['three'], 1);
  near(shares('price-weighted', deployments.slice(0, 2), failed(30_000))['dollar'], 0.9);
});

test('lowest-price: by what a request of this size costs there; without a price last', () => {
  const longer = priced('tiered', 1);
  const [tier] = longer.price?.tiers ?? [];
  assert.ok(tier !== undefined && longer.price !== null);
  const tiers = [tier, { ...tier, fromInputTokens: 1_000, input: tier.input * 9n }] as const;
  const deployments = [
    priced('unknown', null),
    priced('two', 2),
    deploymentOf('tiered', { price: { ...longer.price, tiers } }),
  ];
  assert.deepEqual(order('lowest-price', deployments, contextOf()), ['tiered', 'two', 'unknown']);
  assert.deepEqual(order('lowest-price', deployments, contextOf({}, { inputTokens: 1_000, outputTokens: 1 })), [
    'two',
    'tiered',
    'unknown',
  ]);
});

test('lowest-latency: by the percentile asked for, within the buffer by weight, the unmeasured by one call at a time', () => {
  const deployments = ['slow', 'fast', 'near'].map((id) => deploymentOf(id));
  const known = {
    slow: { firstByteMs: percentiles(300) },
    fast: { firstByteMs: percentiles(100) },
    near: { firstByteMs: percentiles(108) },
  };
  assert.deepEqual(order('lowest-latency', deployments, contextOf(known)), ['fast', 'near', 'slow']);
  const options = { percentile: 'p50', latencyBuffer: 0.1 } as const;
  const first = shares('lowest-latency', deployments, contextOf(known, { options }));
  near(first['fast'], 0.5);
  near(first['near'], 0.5);
  const tail = { ...known, fast: { firstByteMs: { p50: 1, p75: 1, p90: 1, p99: 9_000 } } };
  assert.equal(
    order('lowest-latency', deployments, contextOf(tail, { options: { percentile: 'p99', latencyBuffer: 0 } }))[0],
    'near',
  );
  const fresh = [...deployments, deploymentOf('fresh')];
  assert.equal(order('lowest-latency', fresh, contextOf(known))[0], 'fresh');
  assert.equal(order('lowest-latency', fresh, contextOf({ ...known, fresh: { inFlight: 1 } })).at(-1), 'fresh');
});

test('highest-throughput: the most tokens a second first', () => {
  const deployments = ['slow', 'fast'].map((id) => deploymentOf(id));
  const known = { slow: { throughput: percentiles(10) }, fast: { throughput: percentiles(90) } };
  assert.deepEqual(order('highest-throughput', deployments, contextOf(known)), ['fast', 'slow']);
});

test('least-busy: the fewest calls in flight for its weight', () => {
  const deployments = [deploymentOf('a'), deploymentOf('b', { weight: 4 })];
  assert.deepEqual(order('least-busy', deployments, contextOf({ a: { inFlight: 1 }, b: { inFlight: 3 } })), ['b', 'a']);
  assert.deepEqual(order('least-busy', deployments, contextOf({ a: { inFlight: 1 }, b: { inFlight: 5 } })), ['a', 'b']);
});

test('usage: the fewest tokens this minute, those without room for the request last', () => {
  const limits = { rpm: null, tpm: 100, parallel: null };
  const deployments = [deploymentOf('full', { limits }), deploymentOf('a'), deploymentOf('b')];
  const known = { full: { tokens: 95 }, a: { tokens: 200 }, b: { tokens: 150 } };
  assert.deepEqual(order('usage', deployments, contextOf(known)), ['b', 'a', 'full']);
  assert.deepEqual(order('usage', deployments, contextOf({ ...known, full: { tokens: 90 } })), ['full', 'b', 'a']);
});

test('ordered and round-robin: as they stand; each in its turn', () => {
  const deployments = ['a', 'b', 'c'].map((id) => deploymentOf(id));
  assert.deepEqual(order('ordered', deployments, contextOf()), ['a', 'b', 'c']);
  assert.deepEqual(order('round-robin', deployments, contextOf({}, { turn: 4 })), ['b', 'c', 'a']);
});

test('two-choices: never the worst of all, calls in flight and failures weigh, one call finds out', () => {
  const deployments = ['slow', 'fast', 'middle'].map((id) => deploymentOf(id));
  const known = { slow: { peakEwmaMs: 900 }, fast: { peakEwmaMs: 100 }, middle: { peakEwmaMs: 300 } };
  const first = shares('two-choices', deployments, contextOf(known));
  near(first['fast'], 2 / 3);
  near(first['middle'], 1 / 3);
  assert.equal(first['slow'], undefined);
  const busy = { ...known, fast: { peakEwmaMs: 100, inFlight: 20 } };
  assert.equal(shares('two-choices', deployments, contextOf(busy))['fast'], undefined);
  const failed = (msAgo: number) =>
    contextOf({ ...known, fast: { peakEwmaMs: 100, lastFailureMs: 60_000 - msAgo } }, { nowMs: 60_000 });
  assert.equal(shares('two-choices', deployments, failed(0))['fast'], undefined);
  near(shares('two-choices', deployments, failed(50_000))['fast'], 2 / 3);
  const fresh = { ...known, slow: { inFlight: 1 } };
  assert.equal(shares('two-choices', deployments, contextOf(fresh))['slow'], undefined);
});

test('balanced: equals by two choices, weights where there are some', () => {
  const known = { slow: { peakEwmaMs: 900 }, fast: { peakEwmaMs: 100 } };
  const equal = [deploymentOf('slow'), deploymentOf('fast')];
  assert.equal(shares('balanced', equal, contextOf(known))['fast'], 1);
  const weighed = [deploymentOf('slow', { weight: 3 }), deploymentOf('fast')];
  near(shares('balanced', weighed, contextOf(known))['slow'], 0.75);
});
