import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAssumptions } from './assume-options.ts';

test('an outage and another price, each by its deployment', () => {
  assert.deepEqual(readAssumptions(['a=down', 'b=1/2.50', 'c=d=down', 'c=d=0/0']), {
    down: ['a', 'c=d'],
    prices: { b: { input: '1', output: '2.50' }, 'c=d': { input: '0', output: '0' } },
  });
});

test('what says nothing of a deployment is given back', () => {
  for (const wrong of ['a', '=down', 'a=up', 'a=1', 'a=1/2/3', ''])
    assert.deepEqual(readAssumptions(['x=down', wrong]), { wrong }, wrong);
});
