import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outliersAmong } from './outliers.ts';

const member = (name: string, answered: number, failed: number, out = false) => ({ name, answered, failed, out });

test('one that answers far less often than the middle of its peers', () => {
  assert.deepEqual(outliersAmong([member('a', 95, 5), member('b', 99, 1), member('c', 60, 40)]), ['c']);
  assert.deepEqual(outliersAmong([member('a', 95, 5), member('b', 60, 40)]), ['b']);
});

test('not when all of them do badly, and not after a few calls', () => {
  assert.deepEqual(outliersAmong([member('a', 40, 60), member('b', 45, 55), member('c', 30, 70)]), []);
  assert.deepEqual(outliersAmong([member('a', 95, 5), member('b', 99, 1), member('c', 4, 6)]), []);
  assert.deepEqual(outliersAmong([member('a', 0, 100)]), []);
});

test('never more than half of the group, those that are out already included; the worst first', () => {
  const group = [member('a', 99, 1), member('b', 99, 1), member('c', 99, 1), member('d', 30, 70), member('e', 10, 90)];
  assert.deepEqual(outliersAmong(group), ['e', 'd']);
  assert.deepEqual(outliersAmong([...group.slice(0, 2), member('c', 0, 0, true), ...group.slice(3)]), ['e']);
  assert.deepEqual(outliersAmong([member('a', 99, 1), member('b', 0, 0, true), member('c', 10, 90)]), []);
});
