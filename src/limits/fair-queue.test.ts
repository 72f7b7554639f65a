import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue } from './fair-queue.ts';

function drained(queue: FairQueue<string>): readonly string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== null; item = queue.shift()) items.push(item);
  return items;
}

test('parties take turns, however many each has waiting', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'])
    queue.push({ item, priority: 0, party: item.slice(0, 1) });
  assert.deepEqual(drained(queue), ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
});

test('a party that comes late starts with those who are next, and is owed nothing for its absence', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'a4']) queue.push({ item, priority: 0, party: 'a' });
  assert.deepEqual([queue.shift(), queue.shift()], ['a1', 'a2']);
  for (const item of ['b1', 'b2', 'b3']) queue.push({ item, priority: 0, party: 'b' });
  assert.deepEqual(drained(queue), ['b1', 'a3', 'b2', 'a4', 'b3']);
});

test('lower priorities go first', () => {
  const queue = new FairQueue<string>();
  queue.push({ item: 'late', priority: 9, party: 'a' });
  queue.push({ item: 'usual', priority: 0, party: 'a' });
  queue.push({ item: 'urgent', priority: -1, party: 'b' });
  assert.deepEqual(drained(queue), ['urgent', 'usual', 'late']);
});

test('who leaves is gone, and everybody else comes out once, each party in its own order', () => {
  const pushes = fc.array(
    fc.record({ party: fc.constantFrom('a', 'b', 'c'), priority: fc.nat(2), leaves: fc.boolean() }),
  );
  fc.assert(
    fc.property(pushes, (made) => {
      const queue = new FairQueue<string>();
      const items = made.map(({ party, priority, leaves }, index) => ({ item: `${index}`, party, priority, leaves }));
      for (const waiting of items) queue.push(waiting);
      for (const { item, leaves } of items) if (leaves) queue.remove(item);
      const stayed = items.filter(({ leaves }) => !leaves);
      assert.equal(queue.length, stayed.length);
      const out = drained(queue).map(Number);
      assert.deepEqual(
        [...out].sort((a, b) => a - b),
        stayed.map(({ item }) => Number(item)),
      );
      for (const party of ['a', 'b', 'c'])
        for (const priority of [0, 1, 2]) {
          const own = out.filter((index) => made[index]?.party === party && made[index]?.priority === priority);
          assert.deepEqual(
            own,
            [...own].sort((a, b) => a - b),
          );
        }
    }),
  );
});
