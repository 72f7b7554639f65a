import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, faultsOf, nothingAsked } from './asked-call.ts';

const asked = { ...nothingAsked, model: 'small' };

test('what is wrong is told at its field', () => {
  assert.deepEqual(Object.keys(faultsOf(nothingAsked)), ['model']);
  assert.deepEqual(faultsOf(asked), {});
  assert.deepEqual(Object.keys(faultsOf({ ...asked, more: '[1]' })), ['more']);
  assert.deepEqual(Object.keys(faultsOf({ ...asked, input: '1' })), ['input'], 'a price of nobody');
  assert.deepEqual(Object.keys(faultsOf({ ...asked, priced: 'd1', input: '1', output: 'x' })), ['output']);
});

test('an assumption goes along where there is one', () => {
  const plain = callOf({ ...asked, maxTokens: '', more: '{"provider": {"only": ["a"]}}' });
  assert.deepEqual(plain, {
    path: '/v1/chat/completions',
    body: { model: 'small', messages: [{ role: 'user', content: 'Hello' }], provider: { only: ['a'] } },
  });
  const { as_key, assume } = callOf({ ...asked, asKey: ' ci ', down: ['d2'], priced: 'd1', input: '1', output: '2' });
  assert.equal(as_key, 'ci');
  assert.deepEqual(assume, { down: ['d2'], prices: { d1: { input: '1', output: '2' } } });
});
