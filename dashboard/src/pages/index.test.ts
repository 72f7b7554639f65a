import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pages } from './index.ts';

test('no two pages have one letter, or one address', () => {
  const letters = pages.flatMap(({ letter }) => (letter === undefined ? [] : [letter]));
  assert.deepEqual(letters.toSorted(), [...new Set(letters)].toSorted());
  assert.equal(new Set(pages.map(({ path }) => path)).size, pages.length);
});
