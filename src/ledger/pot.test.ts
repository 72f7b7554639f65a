import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extend, freeInPot, type Hold, hold, isHold, openPot, post } from './pot.ts';

type Step =
  | { readonly kind: 'hold'; readonly pots: readonly number[]; readonly amount: number }
  | { readonly kind: 'extend'; readonly hold: number; readonly amount: number }
  | { readonly kind: 'post'; readonly hold: number; readonly share: number }
  | { readonly kind: 'void'; readonly hold: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('hold' as const),
    pots: fc.uniqueArray(fc.nat(2), { minLength: 1 }),
    amount: fc.nat(400),
  }),
  fc.record({ kind: fc.constant('extend' as const), hold: fc.nat(20), amount: fc.nat(600) }),
  fc.record({
    kind: fc.constant('post' as const),
    hold: fc.nat(20),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('void' as const), hold: fc.nat(20) }),
);

test('posted and held never pass the limit, and a hold resolves once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const pots = [openPot('a', 1_000n, 100n), openPot('b', 700n, 0n), openPot('c', 5_000n, 0n)];
      const posted = [0, 0, 0];
      const holds: Hold[] = [];
      for (const each of steps) {
        if (each.kind === 'hold') {
          const chosen = each.pots.flatMap((index) => pots[index] ?? []);
          const before = pots.map(freeInPot);
          const outcome = hold(chosen, BigInt(each.amount));
          if (isHold(outcome)) holds.push(outcome);
          else {
            assert.deepEqual(pots.map(freeInPot), before, 'a refused hold takes nothing');
            assert.ok(
              chosen.some((pot) => freeInPot(pot) < each.amount),
              'never refused while it fits',
            );
          }
        } else {
          const held = holds[each.hold];
          if (held === undefined) continue;
          if (each.kind === 'extend') extend(held, BigInt(each.amount));
          else {
            const charge = each.kind === 'void' ? 0 : Math.floor(held.amount * each.share);
            if (!held.resolved)
              for (const pot of held.pots) posted[pots.indexOf(pot)] = (posted[pots.indexOf(pot)] ?? 0) + charge;
            if (each.kind === 'void') post(held, 0n);
            else post(held, BigInt(charge));
          }
        }
        for (const pot of pots) assert.ok(freeInPot(pot) >= 0, `${pot.id} is over its limit`);
      }
      for (const held of holds) {
        if (!held.resolved) post(held, 0n);
      }
      assert.deepEqual(
        pots.map((pot) => pot.held),
        [0, 0, 0],
        'nothing is held after the last exchange',
      );
      assert.deepEqual(
        pots.map((pot) => pot.posted),
        posted,
      );
    }),
    { numRuns: 500, seed: 3 },
  );
});

test('a charge beyond its hold is posted whole: the books do not forget what was spent', () => {
  const pot = openPot('a', 100n, 0n);
  const held = hold([pot], 60n);
  assert.ok(isHold(held));
  post(held, 150n);
  assert.equal(freeInPot(pot), -50);
  assert.ok(!isHold(hold([pot], 1n)));
});

test('amounts beyond 2^53 nanodollars are refused, not rounded', () => {
  assert.throws(() => openPot('a', 2n ** 60n, 0n), RangeError);
});
