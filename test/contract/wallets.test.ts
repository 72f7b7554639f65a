import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  askLeases,
  balanceOf,
  bookCredit,
  type Credit,
  expireGrants,
  type LeaseAnswer,
  listCredits,
  postSettlements,
  readOpenGrants,
  readPot,
  readWallets,
  releaseWriter,
  remainingOf,
  renewWriter,
  type Settlement,
  verifyLedger,
  walletOf,
} from '../../src/ledger/index.ts';
import type { DirectDatabase } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const WALLET = walletOf('acme');

function credit(id: string, amountNanoUsd: bigint, given: Partial<Credit> = {}): Credit {
  return {
    id,
    organizationId: 'acme',
    kind: 'grant',
    category: 'paid',
    amountNanoUsd,
    expiresAtMs: null,
    note: null,
    createdBy: 'master',
    createdAtMs: 1,
    ...given,
  };
}

/** A call of a prepaid organization's key. */
function settlement(id: string, chargeNanoUsd: bigint, given: Partial<Settlement> = {}): Settlement {
  return {
    id,
    payer: 'k1',
    pots: ['key:k1/2026-11', WALLET],
    provider: 'openai',
    chargeNanoUsd,
    costNanoUsd: chargeNanoUsd,
    heldNanoUsd: chargeNanoUsd,
    priceVersion: 'p_1',
    sandbox: false,
    orphaned: false,
    estimated: false,
    atMs: 1,
    ...given,
  };
}

function post(main: DirectDatabase, writer: string, ...settlements: readonly Settlement[]) {
  return main.transaction((session) => postSettlements(session, writer, settlements));
}

async function take(
  main: DirectDatabase,
  writer: string,
  op: number,
  taken: number,
  need: number,
): Promise<LeaseAnswer> {
  const wanted = {
    pot: WALLET,
    writer,
    op,
    limit: null,
    keep: taken,
    need,
    asked: need,
    ample: 0,
    lastTicket: 0,
    endsAtMs: null,
  };
  const [answer] = await askLeases(main, [{ ...wanted, sole: false }]);
  assert.ok(answer);
  return answer;
}

async function walletIn(main: DirectDatabase) {
  const [wallet] = await readWallets(main, 'acme', 1);
  assert.ok(wallet);
  return wallet;
}

async function assertSound(main: DirectDatabase): Promise<void> {
  const facts = await verifyLedger(main);
  assert.ok(
    facts.sound,
    JSON.stringify(facts, (_name, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

onBothDatabases('wallets', (open) => {
  it('hold what was granted, and processes lease no more of it', async () => {
    const { main } = await open();
    for (const writer of ['w1', 'w2']) await renewWriter(main, writer, 60_000);
    const before = await take(main, 'w1', 1, 0, 10);
    assert.deepEqual([before.given, before.free], [0, 0], 'nothing was granted');
    assert.equal((await bookCredit(main, credit('g1', 1_000n))).outcome, 'booked');
    assert.equal((await take(main, 'w1', 2, 0, 700)).given, 700);
    const rest = await take(main, 'w2', 1, 0, 301);
    assert.deepEqual([rest.given, rest.free, rest.leased], [0, 300, 700]);
    assert.equal((await take(main, 'w2', 2, 0, 300)).given, 300);
    await post(main, 'w1', settlement('e1', 650n));
    await main.transaction((session) => releaseWriter(session, 'w1'));
    const wallet = await walletIn(main);
    assert.deepEqual([wallet.usedNanoUsd, wallet.leasedNanoUsd, balanceOf(wallet)], [650n, 300n, 350n]);
    await assertSound(main);
  });

  it('take each grant once: the same key again changes nothing, and is refused for anything else', async () => {
    const { main } = await open();
    const both = await Promise.all([1, 2].map(() => bookCredit(main, credit('g1', 500n, { note: 'one' }))));
    assert.deepEqual(both.map(({ outcome }) => outcome).sort(), ['booked', 'repeated']);
    for (const other of [
      credit('g1', 501n, { note: 'one' }),
      credit('g1', 500n),
      credit('g1', 500n, { organizationId: 'b' }),
    ])
      assert.equal((await bookCredit(main, other)).outcome, 'conflict');
    assert.equal((await walletIn(main)).grantedNanoUsd, 500n);
    assert.deepEqual(
      (await listCredits(main, 'acme', 10)).map(({ id, note }) => [id, note]),
      [['g1', 'one']],
    );
    assert.equal((await bookCredit(main, credit('g2', BigInt(Number.MAX_SAFE_INTEGER)))).outcome, 'beyond');
    await assertSound(main);
  });

  it('give back what was paid for and is neither spent nor leased', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', 60_000);
    await bookCredit(main, credit('g1', 600n));
    await bookCredit(main, credit('g2', 400n, { category: 'promotional' }));
    await take(main, 'w1', 1, 0, 500);
    await post(main, 'w1', settlement('e1', 300n));
    const refund = (id: string, amount: bigint) => bookCredit(main, credit(id, amount, { kind: 'refund' }));
    assert.deepEqual(await refund('r1', 501n), { outcome: 'short', freeNanoUsd: 500n });
    assert.equal((await refund('r1', 450n)).outcome, 'booked');
    assert.equal((await refund('r1', 450n)).outcome, 'repeated');
    assert.deepEqual(await refund('r2', 51n), { outcome: 'short', freeNanoUsd: 50n });
    await main.transaction((session) => releaseWriter(session, 'w1'));
    assert.deepEqual(await refund('r2', 151n), { outcome: 'short', freeNanoUsd: 150n }, 'of what was paid for');
    const wallet = await walletIn(main);
    assert.deepEqual([wallet.refundedNanoUsd, balanceOf(wallet)], [450n, 250n]);
    await assertSound(main);
  });

  it('pay no more than was held: the rest is the operator’s loss, and in the budgets all the same', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', 60_000);
    await bookCredit(main, credit('g1', 100n));
    await take(main, 'w1', 1, 0, 100);
    await post(main, 'w1', settlement('e1', 130n, { heldNanoUsd: 100n }));
    await post(main, 'w1', settlement('e1', 130n, { heldNanoUsd: 100n }));
    assert.equal(balanceOf(await walletIn(main)), 0n);
    assert.equal(await readPot(main, 'key:k1'), 130n);
    assert.equal(await readPot(main, 'key:k1/2026-11'), 130n);
    const [loss] = await main.query("SELECT debits_posted AS lost FROM ledger_account WHERE id = 'expense:overage'");
    assert.equal(Number(loss?.['lost']), 30);
    assert.equal((await verifyLedger(main)).overages, 1);
    await assertSound(main);
  });

  it('end with their time: what is free at once, what calls hold as far as they do not spend it', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', 60_000);
    await bookCredit(main, credit('soon', 1_000n, { expiresAtMs: 100 }));
    await bookCredit(main, credit('ever', 500n, { category: 'promotional' }));
    await take(main, 'w1', 1, 0, 1_400);
    await post(main, 'w1', settlement('e1', 200n));
    assert.deepEqual(await expireGrants(main, 99), [], 'nothing is over');
    const balanceAt = async (nowMs: number): Promise<bigint> => {
      const [wallet] = await readWallets(main, 'acme', nowMs);
      assert.ok(wallet);
      return balanceOf(wallet);
    };
    assert.deepEqual([await balanceAt(99), await balanceAt(100)], [1_300n, 500n], 'it is told before it is booked');
    assert.deepEqual(await expireGrants(main, 100), [WALLET]);
    assert.deepEqual(await expireGrants(main, 100), [WALLET], 'a second look moves nothing');
    await assertSound(main);
    assert.equal((await take(main, 'w1', 2, 1_400, 1)).given, 0, 'what is over is leased to nobody');
    // The process gives back what it does not need; of what it holds, 250 more are spent.
    const back = await take(main, 'w1', 3, 550, 0);
    assert.equal(back.taken, 550);
    await post(main, 'w1', settlement('e2', 250n));
    assert.deepEqual(await expireGrants(main, 101), []);
    assert.equal(await balanceAt(101), 500n);
    await main.transaction((session) => releaseWriter(session, 'w1'));
    assert.deepEqual(
      (await readOpenGrants(main, WALLET, 101)).map(({ id, spentNanoUsd }) => [id, spentNanoUsd]),
      [['ever', 0n]],
    );
    const moved = await main.query(
      "SELECT credit_account, sum(amount) AS moved FROM ledger_transfer WHERE kind = 'expiry' GROUP BY credit_account",
    );
    assert.deepEqual(
      moved.map((row) => [row['credit_account'], Number(row['moved'])]),
      [['expired:paid', 550]],
    );
    assert.deepEqual(await expireGrants(main, 1_000), [], 'it has ended for good');
    await assertSound(main);
  });

  it('end after an outage as if somebody had looked, and give nothing back that is over', async () => {
    const { main } = await open();
    await bookCredit(main, credit('soon', 300n, { expiresAtMs: 100 }));
    const refund = credit('r1', 1n, { kind: 'refund', createdAtMs: 5_000 });
    assert.deepEqual(await bookCredit(main, refund), { outcome: 'short', freeNanoUsd: 0n });
    assert.equal((await bookCredit(main, credit('next', 50n, { createdAtMs: 5_001 }))).outcome, 'booked');
    assert.deepEqual(
      (await readWallets(main, 'acme', 5_001)).map((wallet) => [wallet.expiredNanoUsd, balanceOf(wallet)]),
      [[300n, 50n]],
    );
    assert.equal((await bookCredit(main, credit('next', 50n, { expiresAtMs: 1 }))).outcome, 'conflict');
    await assertSound(main);
  });

  it('a wallet that somebody has changed by hand is found', async () => {
    const { main } = await open();
    await bookCredit(main, credit('g1', 100n));
    await assertSound(main);
    await main.write([{ sql: "UPDATE ledger_pot SET limit_nano = 101 WHERE pot LIKE 'wallet:%'", values: [] }]);
    const facts = await verifyLedger(main);
    assert.deepEqual([facts.brokenWallets, facts.sound], [[WALLET], false]);
  });

  it('whatever comes in whatever order, none is below zero, and its balance is what was granted less what was used', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
        const { main } = await open();
        const world = { granted: 0n, refunded: 0n, used: 0n };
        let nowMs = 1;
        const writers = new Map(['w1', 'w2', 'w3'].map((writer) => [writer, { op: 0, taken: 0, spent: 0 }]));
        for (const writer of writers.keys()) await renewWriter(main, writer, 60_000);
        for (const [at, step] of steps.entries()) {
          const mine = writers.get(step.writer) ?? { op: 0, taken: 0, spent: 0 };
          if (step.kind === 'grant' || step.kind === 'refund') {
            const expiresAtMs = step.kind === 'grant' && step.lasts > 0 ? nowMs + step.lasts : null;
            const times = { createdAtMs: nowMs, expiresAtMs };
            const asked = credit(`c${step.again ? at - 1 : at}`, BigInt(step.amount), { kind: step.kind, ...times });
            const { outcome } = await bookCredit(main, asked);
            if (outcome === 'booked') world[step.kind === 'grant' ? 'granted' : 'refunded'] += asked.amountNanoUsd;
          } else if (step.kind === 'wait') {
            nowMs += step.amount;
            if (step.again) await expireGrants(main, nowMs);
          } else if (step.kind === 'hold') {
            mine.op++;
            mine.taken = (await take(main, step.writer, mine.op, mine.taken, step.amount)).taken;
          } else {
            // No process settles more than it holds.
            const held = Math.min(step.amount, mine.taken - mine.spent);
            const charge = BigInt(step.again ? held + step.amount : held);
            await post(main, step.writer, settlement(`e${at}`, charge, { heldNanoUsd: BigInt(held) }));
            mine.spent += held;
            world.used += BigInt(held);
          }
          const [wallet] = await readWallets(main, 'acme', nowMs);
          if (wallet === undefined) continue;
          const balance = world.granted - world.refunded - world.used - wallet.expiredNanoUsd;
          assert.equal(balanceOf(wallet), balance);
          assert.ok(balance >= 0n, `${balance} with ${wallet.leasedNanoUsd} leased`);
          const open = await readOpenGrants(main, WALLET, nowMs);
          assert.equal(
            balance,
            open.reduce((sum, grant) => sum + remainingOf(grant), 0n),
          );
        }
        await assertSound(main);
      }),
      { numRuns: 25 },
    );
  });
});

const anyStep = fc.record({
  kind: fc.constantFrom('grant', 'hold', 'hold', 'settle', 'settle', 'refund', 'wait'),
  lasts: fc.constantFrom(0, 0, 50, 500, 1_000),
  writer: fc.constantFrom('w1', 'w2', 'w3'),
  amount: fc.integer({ min: 1, max: 500 }),
  again: fc.boolean(),
});
