import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fewAtATime } from './few-at-a-time.ts';

test('what is made of each comes in order, and only a few are under way at once', async () => {
  let [underWay, most] = [0, 0];
  const items = Array.from({ length: 50 }, (_, nth) => nth);
  const made = await fewAtATime(items, async (nth) => {
    most = Math.max(most, ++underWay);
    for (let turns = nth % 5; turns > 0; turns--) await Promise.resolve();
    underWay--;
    return nth * 2;
  });
  assert.deepEqual(
    made,
    items.map((nth) => nth * 2),
  );
  assert.ok(most > 1 && most <= 8, `${most}`);
  const asked: number[] = [];
  const failing = fewAtATime(items, async (nth) => {
    asked.push(nth);
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  assert.ok(asked.length <= 8, 'what comes after a failure is not begun');
});
