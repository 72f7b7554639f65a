import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OperatorPrice, operatorPrice } from './operator-price.ts';

const NOTHING: Exclude<OperatorPrice, 'free'> = {
  input: null,
  output: null,
  cacheRead: null,
  cacheWrite: null,
  reasoning: null,
  inputAudio: null,
  outputAudio: null,
  request: null,
  tiers: [],
};

test('dollars per million become picodollars per unit, and what was left out follows', () => {
  const price = operatorPrice(
    { ...NOTHING, input: '0.20', output: '0.60', cacheRead: '0.02', request: '0.001' },
    'waybill.yaml:9:7',
  );
  assert.equal(price.source, 'waybill.yaml:9:7');
  assert.deepEqual(price.tiers, [
    {
      fromInputTokens: 0,
      input: 200_000n,
      output: 600_000n,
      cacheRead: 20_000n,
      cacheWrite: 200_000n,
      reasoning: 600_000n,
      inputAudio: 200_000n,
      outputAudio: 600_000n,
      request: 1_000_000_000n,
    },
  ]);
});

test('tiers begin above their number and keep what they do not change', () => {
  const tiers = [{ above: 200_000, input: '2', output: null, cacheRead: null, cacheWrite: null }];
  const price = operatorPrice({ ...NOTHING, input: '1', output: '4', tiers }, 'x');
  const [, above] = price.tiers;
  assert.deepEqual(
    [above?.fromInputTokens, above?.input, above?.output, above?.cacheRead],
    [200_001, 2_000_000n, 4_000_000n, 2_000_000n],
  );
});

test('free is every unit at zero, and the same version everywhere', () => {
  const price = operatorPrice('free', 'x');
  assert.equal(price.source, 'free');
  assert.ok(Object.values(price.tiers[0]).every((rate) => Number(rate) === 0));
  assert.equal(price.version, operatorPrice('free', 'y').version);
});
