import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../catalog/index.ts';
import { availabilityOf } from './availability.ts';
import { explainPlan } from './explain-plan.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, planInputOf } from './plan-fixture.ts';
import type { PlanInput } from './plan-input.ts';
import { noPreferences, type Preferences } from './preferences/preferences.ts';
import { priceFixture } from './price-fixture.ts';

function found(deployments: readonly Deployment[], wishes: Partial<Preferences>, change: Partial<PlanInput> = {}) {
  const input = planInputOf({
    models: [modelOf(...deployments)],
    preferences: { ...noPreferences, ...wishes },
    ...change,
  });
  return availabilityOf(plan(input), input);
}

const keeps = { data: { collects: false, retains: true } };
const resting = (cause: 'failures' | 'rate_limit', ...ids: readonly string[]): Partial<PlanInput> => ({
  health: {
    ...planInputOf().health,
    standing: ({ id }) =>
      ids.includes(id)
        ? { state: 'open', untilMs: 1_500 + Number(id), cause }
        : { state: 'closed', untilMs: 0, cause: null },
  },
});

test('the single setting that keeps the most away is the nearest, with whom it would let serve', () => {
  const price = priceFixture('1', '1');
  const { code, excludedBy, nearest, constraint, isRetryable } = found(
    [
      deploymentOf('1', { ...keeps, price }),
      deploymentOf('2', { data: { collects: false, retains: false } }),
      deploymentOf('3', keeps),
      deploymentOf('4', { ...keeps, price }),
    ],
    { zeroDataRetention: true, maxPrice: { input: 2_000_000n, output: null, request: null, image: null, audio: null } },
  );
  assert.deepEqual([code, isRetryable, excludedBy], ['constraint_filtered', false, ['data_policy:zdr', 'max_price']]);
  assert.equal(nearest?.field, 'provider.zdr');
  assert.deepEqual(
    nearest?.deployments.map(({ id }) => id),
    ['1', '4'],
  );
  assert.equal(constraint?.field, 'provider.zdr');
});

test('nothing is near where two settings keep each away', () => {
  const { nearest, constraint } = found([deploymentOf('1')], { zeroDataRetention: true, only: ['x'] });
  assert.equal(nearest, null);
  assert.equal(constraint?.field, 'provider.zdr');
});

const codes: readonly (readonly [string, readonly Deployment[], Partial<Preferences>, Partial<PlanInput>])[] = [
  ['no_endpoints', [], {}, {}],
  ['wrong_endpoint', [deploymentOf('1')], {}, { speaks: () => false }],
  ['privacy_restricted', [deploymentOf('1')], { denyDataCollection: true }, {}],
  [
    'free_variant_ended',
    [deploymentOf('1')],
    { maxPrice: { input: 0n, output: 0n, request: 0n, image: 0n, audio: 0n } },
    {},
  ],
  ['constraint_filtered', [deploymentOf('1')], { only: ['x'] }, {}],
  ['capacity_exhausted', [deploymentOf('1')], {}, resting('rate_limit', '1')],
  [
    'temporarily_unavailable',
    [deploymentOf('1'), deploymentOf('2', { names: ['x'] })],
    { only: ['c'] },
    resting('failures', '1'),
  ],
];

for (const [code, deployments, wishes, change] of codes)
  test(`${code}`, () => assert.equal(found(deployments, wishes, change).code, code));

test('who rests comes back, and when', () => {
  const { isRetryable, retryAfterMs } = found(
    [deploymentOf('1'), deploymentOf('2')],
    {},
    resting('failures', '1', '2'),
  );
  assert.deepEqual([isRetryable, retryAfterMs], [true, 1_501]);
});

test('an explanation has the numbers of candidates, and everything against those left out', () => {
  const models = [modelOf(deploymentOf('1', { price: priceFixture('1', '2'), names: ['x'] }), deploymentOf('2'))];
  const input = planInputOf({
    models,
    preferences: { ...noPreferences, only: ['x'], region: null, distillable: true },
  });
  const { candidates, excluded } = explainPlan(plan(input), input);
  assert.equal(candidates[0]?.expectedCost, 10n * 1_000_000n + 500n * 2_000_000n);
  assert.deepEqual(
    excluded.map(({ objections }) => objections.length),
    [1],
  );
});
