import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batching } from './batching.ts';

test('what is asked in one turn is read at once, what is asked later by itself', async () => {
  const readings: (readonly string[])[] = [];
  const lengthOf = batching(async (names) => {
    readings.push(names);
    return (name) => name.length;
  });
  assert.deepEqual(await Promise.all(['a', 'bb', 'a', 'ccc'].map(lengthOf)), [1, 2, 1, 3]);
  assert.equal(await lengthOf('dddd'), 4);
  assert.deepEqual(readings, [['a', 'bb', 'ccc'], ['dddd']]);
});

test('a reading that fails fails those who asked, and nobody after them', async () => {
  let fails = true;
  const ask = batching(async () => {
    if (fails) throw new Error('down');
    return (name) => name;
  });
  const [one, other] = await Promise.allSettled([ask('a'), ask('b')]);
  assert.deepEqual([one?.status, other?.status], ['rejected', 'rejected']);
  fails = false;
  assert.equal(await ask('c'), 'c');
});
