import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../catalog/index.ts';
import { noStats } from './health/stats.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, planInputOf, seeded } from './plan-fixture.ts';
import { lowestPrice } from './strategies/lowest-price.ts';

const four = ['a', 'b', 'c', 'd'].map((id) => deploymentOf(id));

function firstFor(session: string, deployments: readonly Deployment[], change = {}, seed = 1): string {
  const models = [modelOf(...deployments)];
  const { candidates } = plan(planInputOf({ models, session, random: seeded(seed), ...change }));
  assert.equal(candidates.length, deployments.length);
  return candidates[0]?.deployment.id ?? '';
}

const sessions = Array.from({ length: 2_000 }, (_, at) => `session-${at}`);
const counts = (deployments: readonly Deployment[]): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const session of sessions) {
    const id = firstFor(session, deployments);
    found[id] = (found[id] ?? 0) + 1;
  }
  return found;
};

test('a session meets at one place, whoever plans', () => {
  for (const session of sessions.slice(0, 50)) {
    const places = new Set([1, 2, 3, 4].map((seed) => firstFor(session, four, {}, seed)));
    assert.equal(places.size, 1);
  }
});

test('sessions are shared by weight', () => {
  const even = counts(four);
  for (const { id } of four) assert.ok(Math.abs((even[id] ?? 0) - 500) < 80, `${id} ${even[id]}`);
  const uneven = counts([deploymentOf('a', { weight: 3 }), deploymentOf('b'), deploymentOf('c', { weight: 0 })]);
  assert.ok(Math.abs((uneven['a'] ?? 0) - 1_500) < 100, `${uneven['a']}`);
  assert.equal(uneven['c'], undefined);
});

test('one that goes moves its own sessions alone', () => {
  for (const session of sessions.slice(0, 200)) {
    const before = firstFor(session, four);
    const after = firstFor(session, four.slice(1));
    assert.ok(after === before || before === 'a');
  }
});

test('nobody meets at one that is much slower, or behind one of a better priority', () => {
  const firstByteMs = (ms: number) => ({ p50: ms, p75: ms, p90: ms, p99: ms });
  const stats = ({ id }: Deployment) => ({ ...noStats, firstByteMs: firstByteMs(id === 'a' ? 1_000 : 100) });
  const health = { ...planInputOf().health, stats };
  const places = new Set(sessions.slice(0, 100).map((session) => firstFor(session, four, { health })));
  assert.deepEqual([...places].sort(), ['b', 'c', 'd']);
  const ranked = [deploymentOf('a'), deploymentOf('b', { priority: 2 })];
  assert.ok(sessions.slice(0, 20).every((session) => firstFor(session, ranked) === 'a'));
});

test('a strategy that chooses by something is not overruled', () => {
  const places = new Set(sessions.slice(0, 20).map((session) => firstFor(session, four, { strategy: lowestPrice })));
  const without = plan(planInputOf({ models: [modelOf(...four)], strategy: lowestPrice })).candidates[0];
  assert.deepEqual([...places], [without?.deployment.id]);
});
