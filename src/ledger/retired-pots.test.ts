import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../std/index.ts';
import { decideLease, type LeaseRow, outstanding } from './lease.ts';
import type { Lessor } from './lessor.ts';
import { isHold, type Pot } from './pot.ts';
import { openPots, type Pots } from './pots.ts';

const LIMIT = 1_000_000n;
const CHARGE = 10n;
const MINUTE_MS = 60_000;
/** `TEST_KEYS=100000 npm test -- ledger/retired` takes two minutes. */
const KEYS = Number(process.env['TEST_KEYS'] ?? 10_000);

type World = {
  readonly pots: Pots;
  readonly posted: Map<string, bigint>;
  /** Of the pot, what the books have as posted. */
  readonly booked: (pot: string) => number;
  readonly pass: (ms: number) => Promise<void>;
};

/** Books in memory that have at once what is posted, and a clock that a test moves. */
async function openWorld(context: TestContext, sole: boolean): Promise<World> {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const rows = new Map<string, LeaseRow>();
  const own = new Map<string, number>();
  let nowMs = 0;
  const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const lessor: Lessor = {
    sole,
    ttlMs: 10 ** 12,
    renew: async () => 1,
    ask: async (asks) =>
      asks.map((ask) => {
        const before = rows.get(ask.pot) ?? { taken: 0, flushed: 0, op: 0 };
        const lease = { ...before, flushed: own.get(ask.pot) ?? 0 };
        const pot = { posted: lease.flushed, leased: outstanding(lease) };
        const decided = decideLease(pot, lease, 2, { ...ask, limit: ask.limit ?? 0 });
        rows.set(ask.pot, { taken: decided.taken, flushed: lease.flushed, op: ask.op });
        return { pot: ask.pot, op: ask.op, epoch: 1, ...decided };
      }),
    recall: async () => undefined,
    nextRecalls: () => new Promise(() => undefined),
  };
  const posted = new Map<string, bigint>();
  const drainNow = async (): Promise<void> => undefined;
  const onFailure = (error: unknown): void => assert.fail(String(error));
  const real = await openPots({ lessor, writer: 'w', clock, posted, drainNow, onFailure });
  context.after(real.close);
  const post: Pots['post'] = (held, charge) => {
    for (const { id } of held.pots) own.set(id, (own.get(id) ?? 0) + Number(charge));
    real.post(held, charge);
  };
  return {
    pots: { ...real, post },
    posted,
    booked: (pot) => own.get(pot) ?? 0,
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 1_000) {
        nowMs += 1_000;
        context.mock.timers.tick(1_000);
        await new Promise(setImmediate);
      }
    },
  };
}

async function callOn({ pots }: World, pot: Pot): Promise<void> {
  const held = await pots.hold([pot], 100n);
  assert.ok(held !== 'unavailable' && isHold(held), JSON.stringify(held));
  pots.post(held, CHARGE);
}

for (const sole of [true, false]) {
  test(`${KEYS} keys over 5 windows: what nobody uses is not kept; ${sole ? 'alone' : 'beside others'}`, async (context) => {
    const world = await openWorld(context, sole);
    const sizes: number[] = [];
    for (let window = 0; window < 5; window++) {
      for (let key = 0; key < KEYS; key++) {
        const id = `key:k${key}/${window}`;
        world.posted.set(id, 0n);
        await callOn(world, world.pots.potFor(id, LIMIT, window * 1_000));
      }
      assert.equal(world.posted.size, 0);
      await world.pass(8 * MINUTE_MS);
      sizes.push(world.pots.size());
    }
    assert.deepEqual(sizes, [0, 0, 0, 0, 0]);
  });

  test(`who comes back to a pot that was not kept goes on with it; ${sole ? 'alone' : 'beside others'}`, async (context) => {
    const world = await openWorld(context, sole);
    const pot = world.pots.potFor('p', LIMIT);
    const held = await world.pots.hold([pot], 100n);
    await world.pass(20 * MINUTE_MS);
    assert.ok(held !== 'unavailable' && isHold(held));
    assert.deepEqual([world.pots.size(), pot.retired], [1, false], 'what is held from is kept');
    world.pots.post(held, CHARGE);
    await world.pass(8 * MINUTE_MS);
    assert.deepEqual([world.pots.size(), pot.retired], [0, true]);
    await callOn(world, pot);
    const again = world.pots.potFor('p', LIMIT, null, pot);
    assert.deepEqual([again.retired, again.posted + again.postedElsewhere], [false, 2 * Number(CHARGE)]);
    assert.equal(world.booked('p'), 2 * Number(CHARGE));
    const rest = LIMIT - 2n * CHARGE;
    const all = await world.pots.hold([again], rest);
    assert.ok(all !== 'unavailable' && isHold(all), 'all that is left can be held');
    const more = await world.pots.hold([again], 1n);
    assert.ok(more !== 'unavailable' && !isHold(more), 'and not more');
  });
}
