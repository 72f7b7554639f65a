import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFallbackCycle } from './fallback-cycle.ts';

const model = (name: string, ...error: readonly string[]) => ({ name, fallbacks: { error } });

test('a chain, a diamond and a name that is nowhere are no cycle', () => {
  assert.equal(findFallbackCycle([model('a', 'b', 'c'), model('b', 'd'), model('c', 'd'), model('d', 'gone')]), null);
});

test('a cycle is told from where it closes, over causes', () => {
  const b = { name: 'b', fallbacks: { context_window: ['c'] } };
  assert.deepEqual(findFallbackCycle([model('a', 'b'), b, model('c', 'b')]), ['b', 'c', 'b']);
  assert.deepEqual(findFallbackCycle([model('a', 'a')]), ['a', 'a']);
});
