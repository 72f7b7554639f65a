import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  askLeases,
  expiredWriters,
  KEPT_AFTER_END_MS,
  type LeaseAnswer,
  type LeaseAsk,
  LONGEST_CALL_MS,
  listLessees,
  loadPots,
  postToPots,
  releaseWriter,
  removeEndedPots,
  renewWriter,
  verifyLedger,
} from '../../src/ledger/index.ts';
import { decideLease, type LeaseRow, outstanding } from '../../src/ledger/lease.ts';
import type { DirectDatabase, Row } from '../../src/store/index.ts';
import { onBothDatabases } from './on-both-databases.ts';

const TTL_MS = 60_000;

function ask(given: Partial<LeaseAsk>): LeaseAsk {
  const nothing = { keep: 0, need: 0, asked: 0, ample: 0, lastTicket: 0, sole: false, endsAtMs: null };
  return { pot: 'p', writer: 'w1', op: 1, limit: 1_000, ...nothing, ...given };
}

async function askOne(main: DirectDatabase, given: Partial<LeaseAsk>): Promise<LeaseAnswer> {
  const [answer] = await askLeases(main, [ask(given)]);
  assert.ok(answer);
  return answer;
}

function flush(main: DirectDatabase, writer: string, charge: bigint, pot = 'p'): Promise<void> {
  return main.transaction((session) => postToPots(session, writer, new Map([[pot, charge]])));
}

async function potRow(main: DirectDatabase, pot = 'p'): Promise<Row> {
  const [row] = await main.query('SELECT limit_nano, posted, leased, excess FROM ledger_pot WHERE pot = ?', [pot]);
  assert.ok(row);
  return { ...row };
}

onBothDatabases('leases', (open) => {
  it('are given out of what is free, to known writers, and posted from', async () => {
    const { main } = await open();
    assert.equal((await askOne(main, { need: 1, asked: 1 })).epoch, null);
    const epoch = await renewWriter(main, 'w1', TTL_MS);
    assert.equal(await renewWriter(main, 'w1', TTL_MS), epoch);
    const answer = await askOne(main, { need: 100, asked: 300 });
    assert.deepEqual(answer, {
      pot: 'p',
      op: 1,
      epoch,
      given: 300,
      taken: 300,
      flushed: 0,
      posted: 0,
      leased: 300,
      free: 700,
    });
    await flush(main, 'w1', 250n);
    assert.deepEqual(await potRow(main), { limit_nano: 1_000, posted: 250, leased: 50, excess: 0 });
    await main.transaction((session) => releaseWriter(session, 'w1'));
    assert.deepEqual(await potRow(main), { limit_nano: 1_000, posted: 250, leased: 0, excess: 0 });
  });

  it('are all or nothing for who needs them, and together never more than the limit', async () => {
    const { main } = await open();
    const writers = Array.from({ length: 20 }, (_, at) => `w${at}`);
    for (const writer of writers) await renewWriter(main, writer, TTL_MS);
    const answers = await Promise.all(writers.map((writer) => askOne(main, { writer, need: 70, asked: 70 })));
    assert.deepEqual(answers.map(({ given }) => given).sort(), [...Array(6).fill(0), ...Array(14).fill(70)]);
    assert.deepEqual(await potRow(main), { limit_nano: 1_000, posted: 0, leased: 980, excess: 0 });
  });

  it('the database itself refuses more than the limit', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', TTL_MS);
    await askOne(main, { need: 900, asked: 900 });
    await assert.rejects(
      main.write([{ sql: "UPDATE ledger_pot SET leased = 1001 WHERE pot = 'p'", values: [] }]),
      /constraint/i,
    );
  });

  it('an operation that comes twice, or after a later one, changes nothing', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', TTL_MS);
    await askOne(main, { op: 5, need: 100, asked: 100 });
    assert.equal((await askOne(main, { op: 5, keep: 100, need: 100, asked: 100 })).taken, 100);
    assert.equal((await askOne(main, { op: 4, keep: 0 })).taken, 100);
    // What was given to an operation without an answer goes back with the next.
    assert.equal((await askOne(main, { op: 6, keep: 0, need: 30, asked: 30 })).taken, 30);
    assert.deepEqual(await potRow(main), { limit_nano: 1_000, posted: 0, leased: 30, excess: 0 });
  });

  it('a limit may be changed at any time, below what is spent too', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', TTL_MS);
    await renewWriter(main, 'w2', TTL_MS);
    await askOne(main, { need: 600, asked: 600 });
    await flush(main, 'w1', 500n);
    const refused = await askOne(main, { writer: 'w2', limit: 400, need: 1, asked: 1 });
    assert.deepEqual([refused.given, refused.free], [0, -200]);
    assert.deepEqual(await potRow(main), { limit_nano: 400, posted: 500, leased: 100, excess: 200 });
    await askOne(main, { op: 2, limit: 400, keep: 500 });
    assert.deepEqual(await potRow(main), { limit_nano: 400, posted: 500, leased: 0, excess: 100 });
    assert.equal((await askOne(main, { writer: 'w2', op: 2, limit: 700, need: 200, asked: 200 })).given, 200);
    assert.ok((await verifyLedger(main)).brokenPots.length === 0);
  });

  it('a charge beyond what is leased is posted whole, and stands in excess', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', TTL_MS);
    await askOne(main, { need: 1_000, asked: 1_000 });
    await flush(main, 'w1', 1_300n);
    assert.deepEqual(await potRow(main), { limit_nano: 1_000, posted: 1_300, leased: 0, excess: 300 });
    await flush(main, 'w9', 5n, 'unlimited');
    assert.deepEqual(await potRow(main, 'unlimited'), { limit_nano: null, posted: 5, leased: 0, excess: 0 });
  });

  it('of each writer is told what it has, and whether it lives', async () => {
    const { main } = await open();
    await renewWriter(main, 'idle', TTL_MS);
    await renewWriter(main, 'w1', TTL_MS);
    await askOne(main, { asked: 300 });
    await renewWriter(main, 'gone', -2 * LONGEST_CALL_MS);
    await renewWriter(main, 'late', -1_000);
    assert.deepEqual(
      (await listLessees(main)).map(({ writer, state, pots, leasedNanoUsd }) => [writer, state, pots, leasedNanoUsd]),
      [
        ['w1', 'live', 1, 300n],
        ['idle', 'live', 0, 0n],
        ['late', 'silent', 0, 0n],
        ['gone', 'suspended', 0, 0n],
      ],
    );
  });

  it('a writer that has not renewed is found, and its leases are free again once they are released', async () => {
    const { main } = await open();
    await renewWriter(main, 'gone', -5_000);
    await renewWriter(main, 'w1', TTL_MS);
    const before = await askOne(main, { writer: 'gone', need: 900, asked: 900 });
    assert.equal(before.given, 900);
    assert.deepEqual(await expiredWriters(main, 60_000), []);
    assert.deepEqual(await expiredWriters(main, 1_000), ['gone']);
    assert.equal((await askOne(main, { need: 500, asked: 500 })).given, 0);
    await main.transaction((session) => releaseWriter(session, 'gone'));
    assert.equal((await askOne(main, { op: 2, need: 500, asked: 500 })).given, 500);
    assert.equal((await askOne(main, { writer: 'gone', op: 2, need: 1, asked: 1 })).epoch, null);
  });

  it('decides as the program does, whatever is asked and posted, in whatever order', async () => {
    const amount = fc.nat(400);
    const step = fc.record({
      writer: fc.constantFrom('w1', 'w2'),
      back: fc.nat(2),
      charge: fc.option(amount, { freq: 2 }),
      limit: fc.constantFrom(1_000, 1_000, 300),
      keep: fc.nat(900),
      need: amount,
      asked: fc.nat(600),
      ample: amount,
      sole: fc.constantFrom(false, false, true),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { main } = await open();
        const model = new Map<string, LeaseRow>();
        for (const writer of ['w1', 'w2']) {
          await renewWriter(main, writer, TTL_MS);
          model.set(writer, { taken: 0, flushed: 0, op: 0 });
        }
        let posted = 0;
        const leased = (): number => [...model.values()].reduce((sum, lease) => sum + outstanding(lease), 0);
        for (const [at, { charge, back, writer, ...given }] of steps.entries()) {
          const lease = model.get(writer) ?? { taken: 0, flushed: 0, op: 0 };
          if (charge !== null) {
            await flush(main, writer, BigInt(charge));
            // Before its first operation a writer has no lease to post from.
            if (lease.op > 0) model.set(writer, { ...lease, flushed: lease.flushed + charge });
            posted += charge;
            continue;
          }
          const wanted = ask({ ...given, writer, op: at + 1 - back });
          if (wanted.op < 1) continue;
          const decided = decideLease({ posted, leased: leased() }, lease, 2, { ...wanted, limit: wanted.limit ?? 0 });
          const { epoch: _epoch, pot: _pot, op: _op, ...answered } = await askOne(main, wanted);
          assert.deepEqual(answered, decided);
          model.set(writer, { ...lease, taken: decided.taken, op: Math.max(lease.op, wanted.op) });
        }
        assert.deepEqual((await verifyLedger(main)).brokenPots, []);
      }),
      { numRuns: 12 },
    );
  });

  it('forgets pots long after they ended, with the leases on them, and loads none that has ended', async () => {
    const { main } = await open();
    await renewWriter(main, 'w1', TTL_MS);
    const nowMs = Date.now();
    const ends = { now: nowMs + 60_000, over: nowMs - 60_000, gone: nowMs - KEPT_AFTER_END_MS - 60_000, never: null };
    for (const [pot, endsAtMs] of Object.entries(ends)) {
      await askOne(main, { pot, endsAtMs, need: 10, asked: 10 });
      await flush(main, 'w1', 7n, pot);
      await askOne(main, { pot, endsAtMs, op: 2, keep: pot === 'gone' ? 7 : 10 });
    }
    assert.deepEqual([...(await loadPots(main)).keys()].sort(), ['never', 'now']);
    assert.equal(await removeEndedPots(main), 1);
    assert.equal(await removeEndedPots(main), 0);
    const left = await main.query('SELECT pot FROM ledger_pot ORDER BY pot');
    assert.deepEqual(
      left.map((row) => row['pot']),
      ['never', 'now', 'over'],
    );
    assert.equal((await main.query("SELECT pot FROM ledger_lease WHERE pot = 'gone'")).length, 0);
  });
});
