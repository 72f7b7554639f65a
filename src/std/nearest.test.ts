import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './nearest.ts';

test('the nearest names come first, far ones not at all', () => {
  const names = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-5', 'mistral-large'];
  assert.equal(nearestNames('gpt-4o-mni', names, 3)[0], 'gpt-4o-mini');
  assert.equal(nearestNames('GPT-4O', names, 1)[0], 'gpt-4o');
  assert.deepEqual(nearestNames('zzzzzzzzzz', names, 3), []);
});
