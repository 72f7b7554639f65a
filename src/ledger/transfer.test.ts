import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decideLease, outstanding } from './lease.ts';
import { holdOf, openWallet, post as postHold } from './pot.ts';
import { type Settlement, transfersOf } from './transfer.ts';
import { walletOf } from './wallet.ts';

const amount = fc.bigInt(0n, 10n ** 12n);

const anySettlement = fc
  .record({ charge: amount, held: fc.option(amount), isPrepaid: fc.boolean(), sandbox: fc.boolean() })
  .map(
    ({ charge, held, isPrepaid, sandbox }): Settlement => ({
      id: 'e',
      payer: 'k',
      pots: isPrepaid ? ['key:k/2026-11', walletOf('a/b')] : ['key:k/2026-11'],
      provider: 'p',
      chargeNanoUsd: charge,
      costNanoUsd: 0n,
      heldNanoUsd: held,
      priceVersion: null,
      sandbox,
      orphaned: false,
      estimated: false,
      atMs: 0,
    }),
  );

test('transfers of a charge come to it, in the books and in every budget; a wallet pays no more than was held', () => {
  fc.assert(
    fc.property(anySettlement, (settlement) => {
      const { chargeNanoUsd: charge, heldNanoUsd: held } = settlement;
      const transfers = transfersOf(settlement);
      const sum = (of: (transfer: (typeof transfers)[number]) => boolean): bigint =>
        transfers.filter(of).reduce((all, { amountNanoUsd }) => all + amountNanoUsd, 0n);
      assert.equal(
        sum(() => true),
        charge,
      );
      for (const pot of ['key:k', 'key:k/2026-11'])
        assert.equal(
          sum(({ pots }) => pots.includes(pot)),
          charge,
        );
      const wallet = walletOf('a/b');
      const paid = sum(({ debitAccount }) => debitAccount === wallet);
      assert.equal(
        sum(({ pots }) => pots.includes(wallet)),
        paid,
      );
      if (!settlement.pots.includes(wallet)) assert.equal(paid, 0n);
      else assert.equal(paid, held !== null && held < charge ? held : charge);
      assert.ok(transfers.every(({ amountNanoUsd }) => amountNanoUsd > 0n));
      assert.equal(new Set(transfers.map(({ id }) => id)).size, transfers.length);
    }),
    { numRuns: 2_000 },
  );
});

test('a process posts to a wallet what the books do', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000 }), fc.nat({ max: 2_000 }), (held, charge) => {
      const pot = openWallet(walletOf('a'), 0n);
      pot.held = held;
      postHold(holdOf([pot], held), BigInt(charge));
      assert.deepEqual([pot.held, pot.posted], [0, Math.min(held, charge)]);
    }),
  );
});

const anyAmount = fc.oneof(fc.constant(0n), fc.bigInt(1n, 1_000n), fc.bigInt(1n, 9n * 10n ** 15n));

const settlement: fc.Arbitrary<Settlement> = fc.record({
  id: fc.string({ minLength: 1, maxLength: 8 }),
  payer: fc.constantFrom('k1', 'master'),
  pots: fc.subarray(['key:k1', 'key:k1/2026-11', 'gateway']),
  provider: fc.constantFrom('openai', null),
  chargeNanoUsd: anyAmount,
  costNanoUsd: anyAmount,
  heldNanoUsd: fc.option(anyAmount),
  priceVersion: fc.constant('p'),
  sandbox: fc.boolean(),
  orphaned: fc.boolean(),
  estimated: fc.boolean(),
  atMs: fc.constant(1),
});

test('whatever is settled: all of the charge is the payer’s, apart what was not held; each id is booked once', () => {
  fc.assert(
    fc.property(settlement, (settled) => {
      const transfers = transfersOf(settled);
      const charges = transfers.filter(({ debitAccount }) => debitAccount.includes('caller:'));
      const sum = charges.reduce((total, each) => total + each.amountNanoUsd, 0n);
      assert.equal(sum, settled.chargeNanoUsd);
      const beyond = charges.find(({ kind }) => kind === 'overage')?.amountNanoUsd ?? 0n;
      const { heldNanoUsd, chargeNanoUsd, orphaned } = settled;
      const over = orphaned || heldNanoUsd === null ? 0n : chargeNanoUsd - heldNanoUsd;
      assert.equal(beyond, over > 0n ? over : 0n);
      assert.equal(new Set(transfers.map(({ id }) => id)).size, transfers.length);
      for (const each of transfers) {
        assert.ok(each.amountNanoUsd > 0n && each.debitAccount !== each.creditAccount);
        assert.equal(each.debitAccount.startsWith('sandbox:'), settled.sandbox);
        assert.equal(new Set(each.pots).size, each.pots.length);
        assert.equal(each.pots.includes(`key:${settled.payer}`), charges.includes(each));
      }
      const costs = transfers.filter(({ creditAccount }) => creditAccount.includes('payable:'));
      assert.equal(
        costs.reduce((total, each) => total + each.amountNanoUsd, 0n),
        settled.costNanoUsd,
      );
    }),
    { seed: 21, numRuns: 4_000 },
  );
});

test('whatever is asked for: no lease goes over the limit, takes what others have, or is less than what is held', () => {
  const small = fc.integer({ min: 0, max: 1_000 });
  const asked = fc.record({ limit: small, keep: small, need: small, wanted: small, ample: small, sole: fc.boolean() });
  const before = fc.record({ posted: small, others: small, taken: small, flushed: small, op: fc.constantFrom(0, 5) });
  fc.assert(
    fc.property(asked, before, fc.integer({ min: 1, max: 5 }), (want, row, writers) => {
      const lease = { taken: row.taken, flushed: Math.min(row.flushed, row.taken), op: row.op };
      const others = want.sole ? 0 : row.others;
      const pot = { posted: row.posted, leased: others + outstanding(lease) };
      const ask = {
        ...want,
        asked: want.need + want.wanted,
        pot: 'p',
        writer: 'w',
        op: 3,
        lastTicket: 0,
        endsAtMs: null,
      };
      const decided = decideLease(pot, lease, writers, ask);
      const isLate = row.op >= 3;
      const kept = isLate ? lease.taken : Math.min(lease.taken, want.keep);
      assert.ok(decided.taken >= kept, 'what the process holds stays its own');
      assert.equal(decided.leased - outstanding({ ...lease, taken: decided.taken }), others);
      if (decided.given > 0) assert.ok(decided.posted + decided.leased <= want.limit, 'over the limit');
      if (decided.given > 0 && !want.sole) assert.ok(decided.given >= want.need, 'less than nothing would do');
      const free = want.limit - pot.posted - others - outstanding({ taken: kept, flushed: lease.flushed });
      if (!isLate && free >= want.need + Math.max(0, lease.flushed - kept) && want.need > 0)
        assert.ok(decided.given >= want.need, 'refused while it is free');
    }),
    { seed: 22, numRuns: 6_000 },
  );
});
