import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noStats } from '../health/stats.ts';
import { deploymentOf, planInputOf, seeded } from '../plan-fixture.ts';
import { weighted } from './weighted.ts';

test('the chance to stand first is weight over the sum of weights', () => {
  const deployments = [deploymentOf('one'), deploymentOf('three', { weight: 3 }), deploymentOf('none', { weight: 0 })];
  const context = { ...planInputOf(), stats: () => noStats, random: seeded(42) };
  const first: Record<string, number> = {};
  for (let round = 0; round < 20_000; round++) {
    const id = weighted.order(deployments, context)[0]?.id ?? '';
    first[id] = (first[id] ?? 0) + 1;
  }
  assert.ok(Math.abs((first['three'] ?? 0) / 20_000 - 0.75) < 0.02, JSON.stringify(first));
  assert.equal(first['none'], undefined);
});

test('equal weights give each the same chance to stand first, and each once', () => {
  const deployments = ['a', 'b', 'c', 'd'].map((id) => deploymentOf(id));
  const context = { ...planInputOf(), stats: () => noStats, random: seeded(7) };
  const first: Record<string, number> = {};
  for (let round = 0; round < 20_000; round++) {
    const ids = weighted.order(deployments, context).map(({ id }) => id);
    assert.deepEqual([...ids].sort(), ['a', 'b', 'c', 'd']);
    first[ids[0] ?? ''] = (first[ids[0] ?? ''] ?? 0) + 1;
  }
  for (const count of Object.values(first)) assert.ok(Math.abs(count / 20_000 - 0.25) < 0.02, JSON.stringify(first));
});
