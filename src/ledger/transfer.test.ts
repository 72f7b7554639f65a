import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
