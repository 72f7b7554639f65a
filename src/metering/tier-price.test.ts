import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Price } from '../catalog/index.ts';
import { priceServed, pricesWithin } from './tier-price.ts';

const priced = (version: string): Price => {
  const rates = { input: 1n, output: 1n, cacheRead: 1n, cacheWrite: 1n, reasoning: 1n };
  return {
    version,
    source: 'test',
    tiers: [{ ...rates, fromInputTokens: 0, inputAudio: 1n, outputAudio: 1n, request: 0n }],
  };
};
const [price, flex, priority] = [priced('usual'), priced('flex'), priced('priority')];
const all = { price, tierPrices: { flex, priority } };
const none = { price };

test('what may be charged: the tier that is asked for, the usual one, and all of them where the account decides', () => {
  assert.deepEqual(pricesWithin(all, 'usual'), [price]);
  assert.deepEqual(pricesWithin(all, 'flex'), [price, flex]);
  assert.deepEqual(pricesWithin(all, 'priority'), [price, priority]);
  assert.deepEqual(pricesWithin(all, 'open'), [price, flex, priority]);
  assert.deepEqual(pricesWithin(none, 'open'), [price]);
  assert.deepEqual(pricesWithin(none, 'flex'), [price, price], 'flexible tiers are nowhere dearer');
  assert.equal(pricesWithin(none, 'priority'), null, 'how much dearer nobody knows');
  assert.equal(pricesWithin({ price: null }, 'usual'), null);
});

test('what is charged: the tier that the answer names', () => {
  const cases = [
    ['default', 'priority', price],
    ['priority', 'open', priority],
    ['fast', 'open', priority],
    ['flex', 'flex', flex],
    ['standard', 'flex', price],
    ['scale', 'open', price],
    // Not told, as where a stream broke off before it was: the dearer one.
    [null, 'flex', price],
    ['auto', 'priority', priority],
    [null, 'open', price],
  ] as const;
  for (const [named, wish, expected] of cases)
    assert.deepEqual(priceServed(all, named, wish), { price: expected, isKnown: true }, `${named} ${wish}`);
  assert.deepEqual(priceServed(none, 'priority', 'open'), { price, isKnown: false });
  assert.deepEqual(priceServed(none, 'flex', 'flex'), { price, isKnown: true });
  assert.deepEqual(priceServed({ price: null }, null, 'open'), { price: null, isKnown: false });
});
