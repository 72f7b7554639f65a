import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceOf } from './difference.ts';

test('fields within others are named by their path, and what stayed is left out', () => {
  const before = { models: ['a'], settings: { routing: { retries: 1, strategy: 'ordered' } }, note: null };
  const after = { models: ['a', 'b'], settings: { routing: { retries: 2, strategy: 'ordered' } }, note: null };
  assert.deepEqual(differenceOf(before, after), [
    { field: 'models', before: ['a'], after: ['a', 'b'] },
    { field: 'settings.routing.retries', before: 1, after: 2 },
  ]);
});

test('of what was made there is no before, and of what was removed no after', () => {
  assert.deepEqual(differenceOf(null, { alias: 'x', tags: [] }), [
    { field: 'alias', before: undefined, after: 'x' },
    { field: 'tags', before: undefined, after: [] },
  ]);
  assert.deepEqual(differenceOf({ metadata: {} }, null), [{ field: 'metadata', before: {}, after: undefined }]);
});
