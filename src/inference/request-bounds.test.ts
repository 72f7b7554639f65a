import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_BOUNDS, tighterBounds } from './request-bounds.ts';

test('of two bounds the lower one holds, and one that is alone', () => {
  const claude = { temperature: 1, images: 600, imageLetters: null };
  const host = { temperature: 2, images: 20, imageLetters: 5 };
  assert.deepEqual(tighterBounds(claude, host), { temperature: 1, images: 20, imageLetters: 5 });
  assert.deepEqual(tighterBounds(NO_BOUNDS, claude), claude);
  assert.deepEqual(tighterBounds(claude, NO_BOUNDS), claude);
});
