import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atItsTiers, type Deployment } from '../catalog/index.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, noNeeds, planInputOf } from './plan-fixture.ts';
import { noPreferences, type Preferences } from './preferences/preferences.ts';
import { withVariants } from './preferences/variants.ts';
import { priceFixture } from './price-fixture.ts';
import { strategyOf } from './strategies/strategies.ts';

const tierPrices = { flex: priceFixture('1', '4'), priority: priceFixture('4', '16') };
const tiered = (id: string, change: Partial<Deployment> = {}): Deployment =>
  deploymentOf(id, { names: ['openai', 'openai/eu'], price: priceFixture('2', '8'), tierPrices, ...change });
const plain = deploymentOf('plain', { names: ['azure'], price: priceFixture('1.5', '6') });

function placesOf(preferences: Preferences, wish: typeof noNeeds.serviceTier = 'open'): readonly string[] {
  const { candidates } = plan(
    planInputOf({
      models: [modelOf(tiered('t'), plain)],
      preferences,
      strategy: strategyOf('ordered'),
      needs: () => ({ ...noNeeds, serviceTier: wish }),
    }),
  );
  return candidates.map(({ deployment: { id, tier } }) => (tier === undefined ? id : `${id} ${tier}`));
}

const wanting = (change: Partial<Preferences>): Preferences => ({ ...noPreferences, ...change });

describe('tiers of service', () => {
  it('are used by nobody who does not ask for them', () => {
    assert.deepEqual(placesOf(noPreferences), ['t', 'plain']);
    assert.deepEqual(placesOf(wanting({ only: ['openai'] })), ['t']);
    assert.deepEqual(placesOf(wanting({ sort: 'price' })), ['plain', 't']);
  });

  it('are places of their own by name', () => {
    assert.deepEqual(placesOf(wanting({ only: ['openai/flex'] })), ['t flex']);
    assert.deepEqual(placesOf(wanting({ only: ['openai/eu/priority', 'azure'] })), ['t priority', 'plain']);
    assert.deepEqual(placesOf(wanting({ order: ['openai/priority'] })), ['t priority', 't', 'plain']);
    assert.deepEqual(placesOf(wanting({ order: ['openai/flex', 'openai'], allowFallbacks: false })), ['t flex', 't']);
  });

  it('are let in by an ending, as long as it sorts', () => {
    assert.deepEqual(placesOf(withVariants(noPreferences, ['floor'])), ['t flex', 'plain', 't']);
    assert.deepEqual(placesOf(withVariants(noPreferences, ['nitro'])).toSorted(), ['plain', 't', 't priority']);
    assert.deepEqual(placesOf(withVariants(noPreferences, ['nitro', 'floor'])), ['t flex', 'plain', 't']);
    assert.deepEqual(placesOf(withVariants(wanting({ ignore: ['openai/flex'] }), ['floor'])), ['plain', 't']);
    assert.deepEqual(placesOf(withVariants(wanting({ ignore: ['openai'] }), ['floor'])), ['plain']);
  });

  it('that the request names itself are the only ones', () => {
    assert.deepEqual(placesOf(noPreferences, 'flex'), ['t flex']);
    assert.deepEqual(placesOf(noPreferences, 'priority'), ['t priority', 'plain']);
    assert.deepEqual(placesOf(withVariants(noPreferences, ['floor']), 'usual'), ['plain', 't']);
    assert.deepEqual(placesOf(wanting({ only: ['openai/flex'] }), 'usual'), []);
  });

  it('are judged one by one, and under one id', () => {
    const [flex, priority] = atItsTiers(tiered('t'));
    assert.deepEqual([flex?.id, priority?.id], ['t', 't']);
    assert.equal(new Set([tiered('t').circuit, flex?.circuit, priority?.circuit]).size, 3);
    const one = tiered('t');
    assert.equal(atItsTiers(one), atItsTiers(one), 'the same objects each time');
    assert.deepEqual(atItsTiers(plain), []);
  });

  it('count by their own price against a cap', () => {
    const cap = { input: 1_000_000n, output: null, request: null, image: null, audio: null };
    assert.deepEqual(placesOf(withVariants(wanting({ maxPrice: cap }), ['floor'])), ['t flex']);
  });
});
