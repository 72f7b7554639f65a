import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../catalog/index.ts';
import { openHealth } from './health/health.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, planInputOf, seeded } from './plan-fixture.ts';

const POLICY = { allowedFails: 2, cooldownMs: 5_000 };
const FAILED = { outcome: 'failed', retryAfterMs: null, firstByteMs: null, durationMs: 1, outputTokens: null } as const;

function ids(planned: ReturnType<typeof plan>): readonly string[] {
  return planned.candidates.map(({ deployment }) => deployment.id);
}

test('lower priority numbers come first, whatever their weight', () => {
  const model = modelOf(deploymentOf('overflow', { priority: 2, weight: 1_000 }), deploymentOf('first'));
  for (let seed = 1; seed < 50; seed++) {
    assert.deepEqual(ids(plan(planInputOf({ models: [model], random: seeded(seed) }))), ['first', 'overflow']);
  }
});

test('a deployment that failed twice rests and says so; when all rest, none is tried', () => {
  const [good, bad] = [deploymentOf('good'), deploymentOf('bad')];
  const health = openHealth(() => POLICY);
  const at = (nowMs: number) => plan(planInputOf({ models: [modelOf(good, bad)], health, nowMs }));
  health.begin(bad, 0);
  health.end(bad, FAILED, 0);
  assert.equal(at(0).excluded.length, 0);
  health.begin(bad, 0);
  health.end(bad, FAILED, 10);
  const rested = at(0);
  assert.deepEqual(ids(rested), ['good']);
  assert.match(rested.excluded[0]?.reason ?? '', /rests for 5010 ms/);
  assert.equal(rested.excluded[0]?.by, 'cooldown');
  health.begin(good, 0);
  health.end(good, { ...FAILED, outcome: 'limited', retryAfterMs: 60_000 }, 0);
  assert.deepEqual(ids(at(0)), []);
  assert.deepEqual(ids(at(6_000)), ['bad']);
});

test('a provider that does not offer the operation is left out, with the reason', () => {
  const model = modelOf(deploymentOf('chat'), deploymentOf('other'));
  const speaks = ({ id }: Deployment) => id === 'chat';
  const planned = plan(planInputOf({ models: [model], speaks }));
  assert.deepEqual(ids(planned), ['chat']);
  assert.match(planned.excluded[0]?.reason ?? '', /does not offer openai-chat/);
});

test('the deployment that made what is continued comes first, unless it rests', () => {
  const c = deploymentOf('c', { priority: 3 });
  const model = modelOf(deploymentOf('a'), deploymentOf('b', { priority: 2 }), c);
  const health = openHealth(() => POLICY);
  const input = planInputOf({
    models: [model],
    health,
    preferred: { deployment: 'c', reason: 'made it', outranks: true },
  });
  assert.deepEqual(ids(plan(input)), ['c', 'a', 'b']);
  health.begin(c, 0);
  health.end(c, { ...FAILED, retryAfterMs: 60_000 }, 0);
  assert.deepEqual(ids(plan(input)), ['a', 'b']);
});

test('what answered a session last comes first among its equals, and is not tried before its betters', () => {
  const model = modelOf(deploymentOf('a'), deploymentOf('b'), deploymentOf('c', { priority: 2 }));
  const first = (id: string) => {
    const preferred = { deployment: id, reason: 'answered last', outranks: false };
    return Array.from(
      { length: 20 },
      (_, seed) => ids(plan(planInputOf({ models: [model], preferred, random: seeded(seed) })))[0],
    );
  };
  for (const id of ['a', 'b']) assert.deepEqual([...new Set(first(id))], [id]);
  assert.ok(!first('c').includes('c'));
});

test('the deployments of a further model come after all of the asked one', () => {
  const asked = modelOf(deploymentOf('a', { priority: 9 }), deploymentOf('b'));
  const further = { ...modelOf(deploymentOf('c')), name: 'further' };
  const planned = plan(planInputOf({ models: [asked, further] }));
  assert.deepEqual(ids(planned), ['b', 'a', 'c']);
  assert.equal(planned.candidates[2]?.model.name, 'further');
});
