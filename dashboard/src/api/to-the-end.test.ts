import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toTheEnd } from './to-the-end.ts';

const partsOf = (count: number, size: number) => async (from: number) => {
  const to = Math.min(count, from + size);
  return { rows: Array.from({ length: to - from }, (_, nth) => from + nth), next: to < count ? to : null };
};

test('part after part, in their order, with the last one that is not full', async () => {
  const { rows, isCut } = await toTheEnd(0, partsOf(25, 10));
  assert.deepEqual(
    rows,
    Array.from({ length: 25 }, (_, nth) => nth),
  );
  assert.equal(isCut, false);
});

test('what is too much ends with a part, and is told', async () => {
  const { rows, isCut } = await toTheEnd(0, partsOf(1_000_000, 30_000));
  assert.deepEqual([rows.length, isCut], [120_000, true]);
  assert.deepEqual(await toTheEnd(0, partsOf(0, 10)), { rows: [], isCut: false });
});
