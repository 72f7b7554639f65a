import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../catalog/index.ts';
import { assumingDown, assumingPrices } from './assume.ts';
import { availabilityOf } from './availability.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, planInputOf } from './plan-fixture.ts';
import { priceFixture } from './price-fixture.ts';
import { strategyOf } from './strategies/strategies.ts';

const NOTHING = { down: new Set<string>(), prices: new Map() };
const [dear, cheap] = [
  deploymentOf('dear', { price: priceFixture('3', '15') }),
  deploymentOf('cheap', { price: priceFixture('1', '5') }),
];
const model = modelOf(dear, cheap);

function order(models: readonly (typeof model)[], health = planInputOf().health): readonly string[] {
  const strategy = strategyOf('lowest-price');
  return plan(planInputOf({ models, health, strategy })).candidates.map(({ deployment }) => deployment.id);
}

test('who is taken as down is left out, and says that it is an assumption; the others keep their places', () => {
  const { health } = planInputOf();
  const assumed = assumingDown(health, { down: new Set(['cheap']) }, 5_000);
  assert.deepEqual(order([model], assumed), ['dear']);
  const made = plan(planInputOf({ models: [model], health: assumed }));
  assert.deepEqual(
    made.excluded.map(({ deployment, by, reason }) => [deployment.id, by, reason]),
    [['cheap', 'cooldown', 'is taken to be down']],
  );
  assert.deepEqual(order([model]), ['cheap', 'dear'], 'what is known of its health is untouched');
  assert.equal(assumingDown(health, NOTHING, 5_000), health);
});

test('where all are taken as down, the plan says when it would pass', () => {
  const health = assumingDown(planInputOf().health, { down: new Set(['cheap', 'dear']) }, 5_000);
  const input = planInputOf({ models: [model], health, nowMs: 1_000 });
  const found = availabilityOf(plan(input), input);
  assert.deepEqual([found.code, found.retryAfterMs], ['temporarily_unavailable', 4_000]);
});

test('another price orders anew, of every tier of service, and the catalog’s deployment keeps its own', () => {
  const tiered: Deployment = { ...dear, tierPrices: { flex: priceFixture('2', '8') } };
  const prices = new Map([['dear', priceFixture('0.5', '1')]]);
  const assumed = assumingPrices(modelOf(tiered, cheap), { prices });
  assert.deepEqual(order([assumed]), ['dear', 'cheap']);
  assert.equal(assumed.deployments[0]?.tierPrices, undefined);
  assert.equal(tiered.price?.tiers[0].input, dear.price?.tiers[0].input);
  assert.equal(assumingPrices(model, NOTHING), model);
});
