import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionAffinity } from './session-affinity.ts';

const TEN_MINUTES = 600_000;
const key = { keyId: 'k', sessionId: 's', model: 'm' };

test('the deployment that answered last, for ten minutes since', () => {
  const affinity = new SessionAffinity();
  assert.equal(affinity.find(key, 0), null);
  affinity.remember(key, 'a', 0);
  affinity.remember(key, 'b', 10);
  assert.equal(affinity.find(key, TEN_MINUTES + 9), 'b');
  assert.equal(affinity.find(key, TEN_MINUTES + 10), null);
});

test('another key, session or model is another one', () => {
  const affinity = new SessionAffinity();
  affinity.remember(key, 'a', 0);
  for (const other of [{ keyId: 'x' }, { sessionId: 'x' }, { model: 'x' }]) {
    assert.equal(affinity.find({ ...key, ...other }, 1), null);
  }
});

test('no more than so many: the one that was silent longest goes', () => {
  const affinity = new SessionAffinity(2);
  const [one, two, three] = ['1', '2', '3'].map((sessionId) => ({ ...key, sessionId })) as [
    typeof key,
    typeof key,
    typeof key,
  ];
  affinity.remember(one, 'a', 0);
  affinity.remember(two, 'b', 1);
  assert.equal(affinity.find(one, 2), 'a');
  affinity.remember(three, 'c', 3);
  assert.deepEqual(
    [one, two, three].map((each) => affinity.find(each, 4)),
    ['a', null, 'c'],
  );
});
