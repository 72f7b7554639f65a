import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { bookCredit, type LowBalance, postSettlements, takeLowWallets, walletOf } from '../../src/ledger/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const PROCESSES = 4;

const step = fc.record({
  kind: fc.constantFrom('grant' as const, 'charge' as const, 'charge' as const),
  organization: fc.constantFrom('acme', 'b/ü'),
  nanoUsd: fc.bigInt(1n, 1_000n),
});

const bound = fc.oneof(
  fc.record({ kind: fc.constant('amount' as const), nanoUsd: fc.bigInt(0n, 1_200n) }),
  fc.record({ kind: fc.constant('share' as const), thousandths: fc.integer({ min: 1, max: 1000 }) }),
);

/** What an organization's wallet should be like. */
type Known = { balance: bigint; lastGrant: bigint; isLow: boolean };

function boundOf(low: LowBalance, { lastGrant }: Known): bigint {
  return low.kind === 'amount' ? low.nanoUsd : (lastGrant * BigInt(low.thousandths)) / 1000n;
}

onBothDatabases('wallets that run low', (open) => {
  it('are told once for each time they fall below the bound, whoever looks and however many', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), bound, async (steps, low) => {
        const { main } = await open();
        runs++;
        const wallets = new Map<string, Known>();
        for (const [nth, { kind, organization, nanoUsd }] of steps.entries()) {
          const known = wallets.get(organization) ?? { balance: 0n, lastGrant: 0n, isLow: false };
          if (kind === 'charge' && !wallets.has(organization)) continue;
          wallets.set(organization, known);
          const id = `${runs}-${nth}`;
          if (kind === 'grant') {
            await bookCredit(main, creditOf(id, organization, nanoUsd, nth + 1));
            known.lastGrant = nanoUsd;
            known.balance += nanoUsd;
          } else {
            await main.transaction((session) => postSettlements(session, 'w', [charge(id, organization, nanoUsd)]));
            known.balance -= nanoUsd;
          }
          const told = await Promise.all(Array.from({ length: PROCESSES }, () => takeLowWallets(main, low, nth)));
          const expected = [...wallets].flatMap(([organizationId, wallet]) => {
            const wasLow = wallet.isLow;
            wallet.isLow = wallet.balance < boundOf(low, wallet);
            return wallet.isLow && !wasLow
              ? [{ organizationId, balanceNanoUsd: wallet.balance, boundNanoUsd: boundOf(low, wallet) }]
              : [];
          });
          assert.deepEqual(told.flat(), expected);
        }
      }),
      { numRuns: 25 },
    );
  });
});

function creditOf(id: string, organizationId: string, amountNanoUsd: bigint, createdAtMs: number) {
  return {
    id,
    organizationId,
    kind: 'grant',
    category: 'paid',
    amountNanoUsd,
    expiresAtMs: null,
    note: null,
    createdBy: 'master',
    createdAtMs,
  } as const;
}

function charge(id: string, organization: string, nanoUsd: bigint) {
  return {
    id,
    payer: 'k1',
    pots: [walletOf(organization)],
    provider: 'openai',
    chargeNanoUsd: nanoUsd,
    costNanoUsd: nanoUsd,
    heldNanoUsd: nanoUsd,
    priceVersion: 'p_1',
    sandbox: false,
    orphaned: false,
    estimated: false,
    atMs: 1,
  };
}
