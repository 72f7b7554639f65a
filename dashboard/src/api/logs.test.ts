import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoggedRow, type LogPage, withNewest } from './logs.ts';

const row = (second: number) =>
  ({ id: `call-${second}`, started_at: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z` }) as LoggedRow;
const page = (seconds: readonly number[], next: string | null = null): LogPage => ({ data: seconds.map(row), next });
const idsOf = (pages: readonly LogPage[]) => pages.map(({ data }) => data.map(({ id }) => Number(id.slice(5))));

test('what came since stands before what was there, a call that ended late in its place', () => {
  const shown = { pages: [page([9, 7], 'a'), page([5])], pageParams: [null, 'a'] };
  const { pages, pageParams } = withNewest(shown, page([11, 9, 8], 'b'));
  assert.deepEqual(idsOf(pages), [[11, 9, 8, 7], [5]]);
  assert.deepEqual(pageParams, [null, 'a']);
  assert.equal(pages[0]?.next, 'a');
});

test('where calls may lie between what is shown and the newest page, no hole is left', () => {
  const shown = { pages: [page([3, 2]), page([1])], pageParams: [null, 'a'] };
  assert.deepEqual(withNewest(shown, page([40, 39], 'z')), { pages: [page([40, 39], 'z')], pageParams: [null] });
});

test('nothing new changes nothing', () => {
  const shown = { pages: [page([3, 2])], pageParams: [null] };
  assert.equal(withNewest(shown, page([3, 2])), shown);
  assert.deepEqual(withNewest({ pages: [page([])], pageParams: [null] }, page([1])).pages, [page([1])]);
});
