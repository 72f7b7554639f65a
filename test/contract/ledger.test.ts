import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  correctCharge,
  listUncertain,
  postSettlements,
  readPot,
  type Settlement,
  verifyLedger,
} from '../../src/ledger/index.ts';
import type { DirectDatabase } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

function settlement(id: string, given: Partial<Settlement> = {}): Settlement {
  return {
    id,
    payer: 'k1',
    pots: [],
    provider: 'openai',
    chargeNanoUsd: 10n,
    costNanoUsd: 8n,
    heldNanoUsd: 100n,
    priceVersion: 'p_1',
    sandbox: false,
    orphaned: false,
    estimated: false,
    atMs: 1,
    ...given,
  };
}

function post(database: DirectDatabase, writer: string, settlements: readonly Settlement[]) {
  return database.transaction((session) => postSettlements(session, writer, settlements));
}

const anySettlement = fc.record({
  id: fc.integer({ min: 0, max: 40 }).map((number) => `e${number}`),
  payer: fc.constantFrom('k1', 'k2', 'k3', 'master'),
  provider: fc.constantFrom('openai', 'anthropic', null),
  chargeNanoUsd: fc.oneof(fc.constant(0n), fc.bigInt(1n, 10n ** 15n)),
  costNanoUsd: fc.oneof(fc.constant(0n), fc.bigInt(1n, 10n ** 15n)),
  heldNanoUsd: fc.constantFrom(null, 10n ** 14n),
  sandbox: fc.boolean(),
  orphaned: fc.boolean(),
});

onBothDatabases('the ledger', (open) => {
  it('books a charge and a cost, each on two accounts, and the pot', async () => {
    const { main } = await open();
    assert.deepEqual(await post(main, 'w1', [settlement('e1')]), { inserted: 2 });
    const accounts = await main.query('SELECT * FROM ledger_account ORDER BY id');
    assert.deepEqual(
      accounts.map((row) => [row['id'], row['kind'], row['debits_posted'], row['credits_posted']]),
      [
        ['caller:k1', 'caller', 10, 0],
        ['expense:openai', 'expense', 8, 0],
        ['payable:openai', 'payable', 0, 8],
        ['revenue:usage', 'revenue', 0, 10],
      ],
    );
    assert.equal(await readPot(main, 'key:k1'), 10n);
    assert.equal(await readPot(main, 'key:none'), 0n);
  });

  it('posts a charge to every pot that it was held in, once, and adds up all the same', async () => {
    const { main } = await open();
    const pots = ['key:k1/2026-11', 'key:k1', 'user:alice/2026-11-24', 'gateway/2026-11'];
    await post(main, 'w1', [settlement('e1', { pots }), settlement('e2', { pots, costNanoUsd: 0n })]);
    await post(main, 'w1', [settlement('e1', { pots })]);
    for (const pot of pots) assert.equal(await readPot(main, pot), 20n, pot);
    const facts = await verifyLedger(main);
    assert.deepEqual([facts.sound, facts.potDifferenceNanoUsd], [true, 0n]);
  });

  it('books nothing for nothing', async () => {
    const { main } = await open();
    assert.deepEqual(await post(main, 'w1', [settlement('e1', { chargeNanoUsd: 0n, costNanoUsd: 0n })]), {
      inserted: 0,
    });
    assert.deepEqual(await post(main, 'w1', []), { inserted: 0 });
    assert.equal((await verifyLedger(main)).accounts, 0);
  });

  it('keeps play money apart, marks overage and orphans', async () => {
    const { main } = await open();
    await post(main, 'w1', [
      settlement('e1', { sandbox: true, payer: 'k2' }),
      settlement('e2', { chargeNanoUsd: 101n, costNanoUsd: 0n }),
      settlement('e3', { orphaned: true, costNanoUsd: 0n }),
    ]);
    const facts = await verifyLedger(main);
    assert.deepEqual(
      [facts.debitsNanoUsd, facts.creditsNanoUsd, facts.overages, facts.overageNanoUsd, facts.orphans, facts.sound],
      [111n, 111n, 1, 1n, 1, true],
    );
    const [overage] = await main.query("SELECT kind, credits_posted FROM ledger_account WHERE id = 'overage:usage'");
    assert.deepEqual([overage?.['kind'], overage?.['credits_posted']], ['overage', 1]);
    assert.equal(await readPot(main, 'key:k1'), 111n);
    assert.equal(await readPot(main, 'key:k2'), 10n);
  });

  it('corrects what was orphaned or estimated, pots included, to one amount however often, and nothing else', async () => {
    const { main } = await open();
    const pots = ['key:k1/2026-11', 'gateway'];
    await post(main, 'w1', [
      settlement('o1', { orphaned: true, pots, chargeNanoUsd: 100n, costNanoUsd: 100n }),
      settlement('g1', { estimated: true, pots, chargeNanoUsd: 130n, costNanoUsd: 130n }),
      settlement('c1', { pots }),
    ]);
    assert.deepEqual(await correctCharge(main, 'o1', 7n, 2), {
      outcome: 'corrected',
      fromNanoUsd: 100n,
      toNanoUsd: 7n,
    });
    assert.deepEqual(await correctCharge(main, 'o1', 7n, 3), { outcome: 'corrected', fromNanoUsd: 7n, toNanoUsd: 7n });
    const both = await Promise.all([correctCharge(main, 'g1', 200n, 4), correctCharge(main, 'g1', 200n, 4)]);
    assert.ok(both.every(({ outcome }) => outcome === 'corrected'));
    assert.deepEqual(await correctCharge(main, 'c1', 7n, 5), { outcome: 'certain' });
    assert.deepEqual(await correctCharge(main, 'nobody', 7n, 5), { outcome: 'unknown' });
    for (const pot of ['key:k1', ...pots]) assert.equal(await readPot(main, pot), 217n, pot);
    const facts = await verifyLedger(main);
    assert.deepEqual([facts.sound, facts.orphans, facts.estimates, facts.corrections], [true, 1, 1, 4]);
    assert.deepEqual(await listUncertain(main, 'orphan_charge', 10), [
      { exchangeId: 'o1', kind: 'orphan_charge', amountNanoUsd: 100n, correctedByNanoUsd: -93n },
    ]);
    assert.deepEqual(
      (await listUncertain(main, 'overage', 10)).map(({ exchangeId }) => exchangeId),
      ['g1'],
    );
    const accounts = await main.query(
      "SELECT debits_posted - credits_posted AS owed FROM ledger_account WHERE kind = 'caller'",
    );
    assert.equal(accounts[0]?.['owed'], 217);
  });

  it('adds up whatever is corrected, in whatever order', async () => {
    const corrections = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.bigInt(0n, 10n ** 12n)), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(corrections, async (done) => {
        const { main } = await open();
        const ids = Array.from({ length: 5 }, (_, nth) => `e${nth}`);
        await post(
          main,
          'w1',
          ids.map((id) => settlement(id, { orphaned: true, pots: ['gateway'] })),
        );
        const amounts = new Map(ids.map((id) => [id, 10n]));
        for (const [nth, amount] of done) {
          amounts.set(`e${nth}`, amount);
          await correctCharge(main, `e${nth}`, amount, 2);
        }
        const sum = [...amounts.values()].reduce((total, amount) => total + amount, 0n);
        assert.equal(await readPot(main, 'gateway'), sum);
        assert.equal((await verifyLedger(main)).sound, true);
      }),
      { numRuns: 10 },
    );
  });

  it('never changes or forgets a transfer', async () => {
    const { main } = await open();
    await post(main, 'w1', [settlement('e1')]);
    for (const sql of ['UPDATE ledger_transfer SET amount = 1', 'DELETE FROM ledger_transfer']) {
      await assert.rejects(main.write([{ sql, values: [] }]), /append-only/);
    }
    assert.equal((await verifyLedger(main)).transfers, 2);
  });

  it('finds an account that does not agree with its transfers', async () => {
    const { main } = await open();
    await post(main, 'w1', [settlement('e1')]);
    await main.write([
      { sql: "UPDATE ledger_account SET debits_posted = debits_posted + 1 WHERE id = 'caller:k1'", values: [] },
    ]);
    const facts = await verifyLedger(main);
    assert.deepEqual([facts.mismatchedAccounts, facts.imbalanceNanoUsd, facts.sound], [['caller:k1'], 1n, false]);
  });

  it('adds up whatever is posted, however often, by however many at once', async () => {
    const writers = ['w1', 'w2', 'w3'];
    const batches = fc.array(fc.tuple(fc.constantFrom(...writers), fc.array(anySettlement, { maxLength: 30 })), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(batches, async (posted) => {
        const { main } = await open();
        await Promise.all(
          posted.map(([writer, batch]) =>
            post(
              main,
              writer,
              batch.map((given) => settlement(given.id, given)),
            ),
          ),
        );
        const facts = await verifyLedger(main);
        assert.ok(
          facts.sound,
          JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
        );
        const ids = new Set(posted.flatMap(([, batch]) => batch.flatMap((given) => transferIds(given))));
        assert.equal(facts.transfers, ids.size);
      }),
      { numRuns: 15 },
    );
  });
});

function transferIds({
  id,
  chargeNanoUsd,
  costNanoUsd,
  heldNanoUsd,
  orphaned,
}: Pick<Settlement, 'id' | 'chargeNanoUsd' | 'costNanoUsd' | 'heldNanoUsd' | 'orphaned'>): string[] {
  const isOver = !orphaned && heldNanoUsd !== null && chargeNanoUsd > heldNanoUsd;
  return [
    ...(chargeNanoUsd > 0n ? [`${id}:charge`] : []),
    ...(isOver ? [`${id}:overage`] : []),
    ...(costNanoUsd > 0n ? [`${id}:cost`] : []),
  ];
}
