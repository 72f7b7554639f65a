import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Deployment } from '../../catalog/index.ts';
import { type DeploymentStats, noStats } from '../health/stats.ts';
import { plan } from '../plan.ts';
import { deploymentOf, modelOf, planInputOf, seeded } from '../plan-fixture.ts';
import type { PlanInput } from '../plan-input.ts';
import { noPreferences, type Preferences } from '../preferences/preferences.ts';
import type { Strategy } from '../strategies/strategy.ts';

const ASIS: Strategy = { id: 'ordered', order: (deployments) => deployments };
const UNKNOWN = deploymentOf('x').features;

function order(
  deployments: readonly Deployment[],
  preferences: Partial<Preferences> = {},
  change: Partial<PlanInput> = {},
): string {
  const models = [modelOf(...deployments)];
  const input = planInputOf({ models, strategy: ASIS, preferences: { ...noPreferences, ...preferences }, ...change });
  return plan(input)
    .candidates.map(({ deployment }) => deployment.id)
    .join('');
}

function named(id: string, change: Partial<Deployment> = {}): Deployment {
  return deploymentOf(id, { names: [id, `of-${id}`], ...change });
}

const percentiles = (p50: number, p90 = p50) => ({ p50, p75: p50, p90, p99: p90 });
const measured = (stats: Readonly<Record<string, Partial<DeploymentStats>>>): Partial<PlanInput> => ({
  health: { ...planInputOf().health, stats: ({ id }) => ({ ...noStats, ...stats[id] }) },
});

const [a, b, c] = [named('a'), named('b'), named('c')];

describe('what a request prefers', () => {
  it('by name comes first, exactly in order, whatever the priority; then the rest', () => {
    assert.equal(order([a, b, c], { order: ['c', 'a'] }), 'cab');
    assert.equal(order([a, b, named('c', { priority: 9 })], { order: ['of-c'] }), 'cab');
    assert.equal(order([a, b, c], { order: ['nobody'] }), 'abc');
    assert.equal(order([a, b, c], { order: ['c', 'a'], allowFallbacks: false }), 'ca');
  });

  it('several deployments of one name stay in their order', () => {
    const twins = [named('a', { names: ['p'] }), b, named('c', { names: ['p'] })];
    assert.equal(order(twins, { order: ['p'] }), 'acb');
  });

  it('without fallbacks and without an order is the first alone, and the rest says why', () => {
    const models = [modelOf(a, b, c)];
    const preferences = { ...noPreferences, allowFallbacks: false };
    const { candidates, excluded } = plan(planInputOf({ models, strategy: ASIS, preferences }));
    assert.deepEqual([candidates.length, excluded.map(({ by }) => by)], [1, ['allow_fallbacks', 'allow_fallbacks']]);
  });

  it('in speed puts what misses a cut-off behind, and what was not measured not', () => {
    const slow = measured({ a: { throughput: percentiles(10) }, b: { throughput: percentiles(50) } });
    assert.equal(order([a, b, c], { minThroughput: { p50: 20 } }, slow), 'bca');
    const late = measured({ a: { firstByteMs: percentiles(100, 3_000) }, b: { firstByteMs: percentiles(100) } });
    assert.equal(order([a, b, c], { maxLatencyS: { p50: 1 } }, late), 'abc');
    assert.equal(order([a, b, c], { maxLatencyS: { p50: 1, p90: 2 } }, late), 'bca');
  });

  it('in speed does not outrank a priority', () => {
    const slow = measured({ a: { throughput: percentiles(10) } });
    assert.equal(order([a, b, named('c', { priority: 2 })], { minThroughput: { p50: 20 } }, slow), 'bac');
  });

  it('is known to heed tools before what is not known to', () => {
    const knows = named('c', { features: { ...UNKNOWN, has: ['tools'] } });
    const asking = (parameters: readonly string[]): Partial<PlanInput> => ({
      needs: () => ({ ...planInputOf().needs(), parameters }),
    });
    assert.equal(order([a, b, knows], {}, asking(['tools'])), 'cab');
    assert.equal(order([a, b, knows], {}, asking([])), 'abc');
  });
});

describe('of those that have rested', () => {
  it('one keeps its place and the others wait', () => {
    const health = {
      ...planInputOf().health,
      standing: ({ id }: Deployment) =>
        ({ state: id === 'c' ? 'closed' : 'half-open', untilMs: 0, cause: null }) as const,
    };
    assert.equal(order([a, b, c], {}, { health }), 'acb');
  });
});

describe('several models', () => {
  const first = { ...modelOf(a, named('b', { priority: 2 })), name: 'first' };
  const second = { ...modelOf(c), name: 'second' };

  it('go one after the other, or are ranked together where the request says so', () => {
    const of = (partition: 'model' | 'none') =>
      plan(
        planInputOf({ models: [first, second], strategy: ASIS, preferences: { ...noPreferences, partition } }),
      ).candidates.map(({ deployment, model }) => `${deployment.id} of ${model.name}`);
    assert.deepEqual(of('model'), ['a of first', 'b of first', 'c of second']);
    assert.deepEqual(of('none'), ['a of first', 'c of second', 'b of first']);
  });

  it('keep one deployment each without fallbacks, and one in all where they are ranked together', () => {
    const of = (partition: 'model' | 'none') =>
      plan(
        planInputOf({
          models: [first, second],
          strategy: ASIS,
          preferences: { ...noPreferences, partition, allowFallbacks: false },
        }),
      ).candidates.map(({ deployment }) => deployment.id);
    assert.deepEqual(of('model'), ['a', 'c']);
    assert.deepEqual(of('none'), ['a']);
  });
});

const names = fc.constantFrom('a', 'b', 'c', 'd', 'p', 'p/eu');
const deployment = fc.record({
  priority: fc.integer({ min: 1, max: 3 }),
  weight: fc.integer({ min: 0, max: 3 }),
  names: fc.uniqueArray(names, { minLength: 1 }),
  tags: fc.uniqueArray(fc.constantFrom('default', 'x', 'y')),
  region: fc.constantFrom(null, 'eu-central-1', 'us-east-1'),
  contextWindow: fc.constantFrom(null, 5, 1_000),
  maxOutput: fc.constantFrom(null, 5, 1_000),
  data: fc.record({
    collects: fc.constantFrom(null, true, false),
    retains: fc.constantFrom(null, true, false),
  }),
});
const wishes = fc.record({
  order: fc.option(fc.array(names)),
  only: fc.option(fc.array(names)),
  ignore: fc.array(names),
  allowFallbacks: fc.boolean(),
  requireParameters: fc.boolean(),
  denyDataCollection: fc.boolean(),
  zeroDataRetention: fc.boolean(),
  partition: fc.constantFrom('model' as const, 'none' as const),
  sort: fc.constantFrom(null, 'price' as const, 'latency' as const, 'exacto' as const),
  region: fc.constantFrom(null, 'eu'),
  tags: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
});
const world = fc.record({
  models: fc.array(fc.array(deployment, { maxLength: 6 }), { minLength: 1, maxLength: 3 }),
  wishes,
  tagging: fc.constantFrom('off' as const, 'any' as const, 'all' as const),
  states: fc.array(fc.constantFrom('closed' as const, 'half-open' as const, 'open' as const), { minLength: 1 }),
  seed: fc.nat(),
});

type Given = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function inputOf({ models, wishes: wanted, tagging, states, seed }: Given): PlanInput {
  return planInputOf({
    models: models.map((each, at) => ({
      ...modelOf(...each.map((change, index) => deploymentOf(`${at}-${index}`, change))),
      name: `m${at}`,
    })),
    preferences: { ...noPreferences, ...wanted },
    tagging,
    needs: () => ({ ...planInputOf().needs(), inputBytes: 100, inputTokens: 10, outputTokens: 10 }),
    health: {
      stats: () => noStats,
      standing: ({ id }) => ({
        state: states[Number(id.slice(2)) % states.length] ?? 'closed',
        untilMs: 9,
        cause: 'failures',
      }),
    },
    random: seeded(seed),
  });
}

describe('in every plan', () => {
  it('each deployment stands once, as a candidate or left out', () => {
    fc.assert(
      fc.property(world, (given) => {
        const input = inputOf(given);
        const { candidates, excluded } = plan(input);
        const told = [...candidates, ...excluded].map(({ deployment: { id } }) => id).sort();
        const all = input.models.flatMap(({ deployments }) => deployments.map(({ id }) => id)).sort();
        assert.deepEqual(told, all);
        for (const { deployment: each, model } of [...candidates, ...excluded])
          assert.ok(model.deployments.includes(each));
      }),
    );
  });

  it('the same seed gives the same order', () => {
    fc.assert(
      fc.property(world, (given) => {
        const ids = () => plan(inputOf(given)).candidates.map(({ deployment: { id } }) => id);
        assert.deepEqual(ids(), ids());
      }),
    );
  });
});
