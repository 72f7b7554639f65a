import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment, Model } from '../catalog/index.ts';
import { NO_BOUNDS } from '../inference/index.ts';
import { openHealth } from './health.ts';
import { plan } from './plan.ts';

const TIMEOUTS = { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 };

function deployment(id: string, change: Partial<Deployment> = {}): Deployment {
  const limits = { rpm: null, tpm: null, parallel: null };
  return {
    id,
    credential: 'c',
    provider: 'p',
    upstreamModel: id,
    price: null,
    contextWindow: null,
    maxOutput: null,
    traits: { thinking: null, takesSampling: null, bounds: NO_BOUNDS },
    priority: 1,
    weight: 1,
    limits,
    timeouts: TIMEOUTS,
    headers: {},
    ...change,
  };
}

function modelOf(...deployments: readonly Deployment[]): Model {
  return { name: 'm', deployments, fallbacks: {}, resolvedBy: 'configured' };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const POLICY = { allowedFails: 2, cooldownMs: 5_000 };
const base = { dialect: 'openai-chat', preferred: null, speaks: () => true, nowMs: 0 } as const;

test('lower priority numbers come first, whatever their weight', () => {
  const model = modelOf(deployment('overflow', { priority: 2, weight: 1_000 }), deployment('first'));
  for (let seed = 1; seed < 50; seed++) {
    const { candidates } = plan({ ...base, model, health: openHealth(() => POLICY), random: seeded(seed) });
    assert.deepEqual(
      candidates.map(({ deployment: { id } }) => id),
      ['first', 'overflow'],
    );
  }
});

test('the chance to stand first is weight over the sum of weights', () => {
  const model = modelOf(deployment('one'), deployment('three', { weight: 3 }), deployment('none', { weight: 0 }));
  const random = seeded(42);
  const first: Record<string, number> = {};
  for (let round = 0; round < 20_000; round++) {
    const id = plan({ ...base, model, health: openHealth(() => POLICY), random }).candidates[0]?.deployment.id ?? '';
    first[id] = (first[id] ?? 0) + 1;
  }
  assert.ok(Math.abs((first['three'] ?? 0) / 20_000 - 0.75) < 0.02, JSON.stringify(first));
  assert.equal(first['none'], undefined);
});

test('a deployment that failed twice rests and says so; when all rest, all are tried', () => {
  const model = modelOf(deployment('good'), deployment('bad'));
  const health = openHealth(() => POLICY);
  health.recordFailure('bad', null, 0);
  assert.equal(plan({ ...base, model, health, random: seeded(1) }).excluded.length, 0);
  health.recordFailure('bad', null, 10);
  const rested = plan({ ...base, model, health, random: seeded(1) });
  assert.deepEqual(
    rested.candidates.map(({ deployment: { id } }) => id),
    ['good'],
  );
  assert.match(rested.excluded[0]?.reason ?? '', /rests for 5010 ms/);
  health.recordFailure('good', 60_000, 0);
  assert.equal(plan({ ...base, model, health, random: seeded(1) }).candidates.length, 2);
  assert.equal(plan({ ...base, model, health, random: seeded(1), nowMs: 6_000 }).candidates[0]?.deployment.id, 'bad');
});

test('a provider that does not offer the operation is left out, with the reason', () => {
  const model = modelOf(deployment('chat'), deployment('other'));
  const speaks = ({ id }: Deployment) => id === 'chat';
  const { candidates, excluded } = plan({
    ...base,
    model,
    speaks,
    preferred: null,
    health: openHealth(() => POLICY),
    random: seeded(1),
  });
  assert.equal(candidates.length, 1);
  assert.match(excluded[0]?.reason ?? '', /does not offer openai-chat/);
});

test('the deployment that made what is continued comes first, unless it rests', () => {
  const model = modelOf(deployment('a'), deployment('b', { priority: 2 }), deployment('c', { priority: 3 }));
  const health = openHealth(() => POLICY);
  const input = {
    ...base,
    model,
    health,
    random: seeded(1),
    preferred: { deployment: 'c', reason: 'made it', outranks: true },
  };
  assert.deepEqual(
    plan(input).candidates.map(({ deployment: { id } }) => id),
    ['c', 'a', 'b'],
  );
  health.recordFailure('c', 60_000, 0);
  assert.deepEqual(
    plan(input).candidates.map(({ deployment: { id } }) => id),
    ['a', 'b'],
  );
});

test('what answered a session last comes first among its equals, and is not tried before its betters', () => {
  const model = modelOf(deployment('a'), deployment('b'), deployment('c', { priority: 2 }));
  const health = openHealth(() => POLICY);
  const first = (id: string) => {
    const preferred = { deployment: id, reason: 'answered last', outranks: false };
    return Array.from({ length: 20 }, (_, seed) => {
      const [candidate] = plan({ ...base, model, health, random: seeded(seed), preferred }).candidates;
      return candidate?.deployment.id;
    });
  };
  for (const id of ['a', 'b']) assert.deepEqual([...new Set(first(id))], [id]);
  assert.ok(!first('c').includes('c'));
});
