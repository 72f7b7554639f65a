import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../std/index.ts';
import { decideLease, type LeaseRow, outstanding } from './lease.ts';
import type { Lessor } from './lessor.ts';
import { type Hold, isHold, type Pot, roomInPot } from './pot.ts';
import { type Holds, type NotHeld, openPots, type Pots } from './pots.ts';

const LIMIT = 1_000;

type Books = { readonly lessor: Lessor; readonly asked: () => number; readonly leased: () => number; isDown: boolean };

/** One pot in memory, and another process that holds `elsewhere` of it. */
function openBooks(sole: boolean, elsewhere = 0): Books {
  const rows = new Map<string, LeaseRow>([['other', { taken: elsewhere, flushed: 0, op: 0 }]]);
  const leased = (): number => [...rows.values()].reduce((sum, lease) => sum + outstanding(lease), 0);
  let asked = 0;
  const books: Books = {
    isDown: false,
    asked: () => asked,
    leased,
    lessor: {
      sole,
      ttlMs: 60_000,
      renew: async () => 1,
      ask: async (asks) => {
        if (books.isDown) throw new Error('down');
        return asks.map((ask) => {
          asked++;
          const lease = rows.get(ask.writer) ?? { taken: 0, flushed: 0, op: 0 };
          const decided = decideLease({ posted: 0, leased: leased() }, lease, 2, { ...ask, limit: ask.limit ?? 0 });
          rows.set(ask.writer, { ...lease, taken: decided.taken, op: ask.op });
          return { pot: ask.pot, op: ask.op, epoch: 1, ...decided };
        });
      },
      recall: async () => void rows.set('other', { taken: 0, flushed: 0, op: 0 }),
      nextRecalls: () => new Promise(() => undefined),
    },
  };
  return books;
}

async function withPots(books: Books, run: (pots: Pots, pot: Pot) => Promise<void>): Promise<void> {
  const pots = await openPots({
    lessor: books.lessor,
    writer: 'w',
    clock: systemClock,
    posted: new Map(),
    drainNow: async () => undefined,
    onFailure: () => undefined,
  });
  try {
    await run(pots, pots.potFor('p', BigInt(LIMIT)));
  } finally {
    pots.close();
  }
}

function held(outcome: Hold | NotHeld): Hold {
  assert.ok(outcome !== 'unavailable' && isHold(outcome), JSON.stringify(outcome));
  return outcome;
}

function now(outcome: ReturnType<Holds['hold']>): Hold | NotHeld {
  assert.ok(!(outcome instanceof Promise), 'it waits');
  return outcome;
}

test('alone, a process asks once, and then holds and refuses without asking', async () => {
  const books = openBooks(true);
  await withPots(books, async (pots, pot) => {
    const first = pots.hold([pot], 10n);
    assert.ok(first instanceof Promise, 'nothing is leased yet');
    pots.post(held(await first), 4n);
    for (let calls = 0; calls < 50; calls++) pots.post(held(now(pots.hold([pot], 900n))), 1n);
    const refusal = now(pots.hold([pot], 947n));
    assert.deepEqual(refusal, { pot: 'p', limit: LIMIT, used: 54, held: 0, asked: 947 });
    assert.equal(books.asked(), 1);
  });
});

test('a higher limit is asked for, a lower one counts at once', async () => {
  const books = openBooks(true);
  await withPots(books, async (pots, pot) => {
    const all = held(await pots.hold([pot], 1_000n));
    pots.potFor('p', 1_500n);
    const more = held(await pots.hold([pot], 400n));
    pots.potFor('p', 600n);
    assert.ok(roomInPot(pot) <= 0);
    assert.equal(pot.held, 1_400);
    pots.post(more, 0n);
    pots.post(all, 500n);
    const late = await pots.hold([pot], 101n);
    assert.ok(late !== 'unavailable' && !isHold(late));
    held(await pots.hold([pot], 100n));
  });
});

test('what another process has in store is recalled before a call is refused', async () => {
  const books = openBooks(false, 950);
  await withPots(books, async (pots, pot) => {
    const got = held(await pots.hold([pot], 200n));
    assert.equal(await pots.extend(got, 300n), null);
    assert.equal(got.amount, 300);
    pots.post(got, 300n);
    const tooMuch = await pots.hold([pot], 701n);
    assert.ok(tooMuch !== 'unavailable' && !isHold(tooMuch));
  });
});

test('books that do not answer: what is leased is spent, and no more is held', async () => {
  const books = openBooks(true);
  await withPots(books, async (pots, pot) => {
    held(await pots.hold([pot], 10n));
    books.isDown = true;
    held(now(pots.hold([pot], 500n)));
    const other = pots.potFor('q', 100n);
    assert.equal(await pots.hold([pot, other], 10n), 'unavailable');
    assert.equal(pot.held, 510, 'nothing is held in the pot that had room');
  });
});
