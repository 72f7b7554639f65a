import assert from 'node:assert/strict';
import { it } from 'node:test';
import { verifyLedger } from '../../src/ledger/index.ts';
import { createDrain, type Drain, openRowShelf } from '../../src/pipeline/drain.ts';
import { systemClock } from '../../src/std/index.ts';
import {
  countRequestLog,
  encodeHold,
  encodeSettle,
  findById,
  type Journal,
  openRowJournal,
  openUsageBooks,
  partitionMaker,
} from '../../src/telemetry/index.ts';
import { type OpenedPair, onPostgres } from './on-both-databases.ts';
import { sampleEvent, sampleHold } from './sample-event.ts';

const ALL = { kind: 'all' } as const;

function append(journal: Journal, record: string): Promise<Error | null> {
  return new Promise((resolve) => journal.append(record, resolve));
}

function openWriter({ main }: OpenedPair, writer: string, instance: string): Promise<Journal> {
  return openRowJournal({ database: main, writer, instance, nowMs: systemClock.monotonicMs });
}

function drainOf({ main, log }: OpenedPair, instance: string): Drain {
  return createDrain({
    shelves: [openRowShelf(main, instance)],
    requestLog: 'on',
    main,
    log,
    clock: systemClock,
    everyMs: 10,
    makePartitions: partitionMaker(log),
    usage: openUsageBooks(),
    storePriceVersions: () => [],
    onFailure: () => undefined,
    onDamage: (message) => assert.fail(message),
  });
}

async function rowsOf({ main }: OpenedPair, writer: string): Promise<readonly unknown[]> {
  const rows = await main.query('SELECT number, records FROM telemetry_journal WHERE writer = ? ORDER BY number', [
    writer,
  ]);
  return rows.map((row) => row['records']);
}

onPostgres('a journal in the database', (server) => {
  it('commits what comes together together, in order', async () => {
    const pair = await server.open();
    const journal = await openWriter(pair, 'w1', 'one');
    const records = Array.from({ length: 200 }, (_, index) => `hold\t${index}`);
    assert.deepEqual(new Set(await Promise.all(records.map((record) => append(journal, record)))), new Set([null]));
    const rows = await rowsOf(pair, 'w1');
    assert.ok(rows.length < 20, `${rows.length} rows`);
    assert.deepEqual(rows.join('\n').split('\n'), records);
  });

  it('keeps of what is booked only what is still open, and settles that later', async () => {
    const pair = await server.open();
    const journal = await openWriter(pair, 'w1', 'one');
    const drain = drainOf(pair, 'one');
    const long = encodeHold(sampleHold('long'));
    await append(journal, long);
    for (let nth = 0; nth < 5; nth++) {
      await append(journal, encodeHold(sampleHold(`e${nth}`)));
      await append(journal, encodeSettle(sampleEvent(`e${nth}`)));
      await drain.drainNow();
      assert.deepEqual(await rowsOf(pair, 'w1'), [long]);
    }
    assert.equal((await drain.backlog()).bytes, 0);
    await append(journal, encodeSettle(sampleEvent('long')));
    await drain.drainNow();
    assert.deepEqual(await rowsOf(pair, 'w1'), []);
    const facts = await verifyLedger(pair.main);
    assert.deepEqual([facts.orphans, facts.transfers, facts.sound], [0, 12, true]);
  });

  it('is taken over once, and its writer, if it lives, writes nothing meanwhile and anew afterwards', async () => {
    const pair = await server.open();
    const journal = await openWriter(pair, 'w1', 'one');
    const own = drainOf(pair, 'one');
    await append(journal, encodeHold(sampleHold('e1')));
    await append(journal, encodeSettle(sampleEvent('e1')));
    await append(journal, encodeHold(sampleHold('e2')));
    await own.drainNow();
    const janitors = ['two', 'three'].map((instance) => ({ drain: drainOf(pair, instance), instance }));
    const recovered = await Promise.all(
      janitors.map(({ drain, instance }) => drain.takeOver('w1', openRowShelf(pair.main, instance))),
    );
    assert.deepEqual(recovered.map(({ orphans }) => orphans).sort(), [0, 1]);
    // What was under way when it was taken for dead is charged at its hold: its answer must not go out as settled.
    const refused = await append(journal, encodeSettle(sampleEvent('e2')));
    assert.match(String(refused), /taken over/);
    assert.equal(await append(journal, encodeHold(sampleHold('e3'))), null);
    assert.equal(await append(journal, encodeSettle(sampleEvent('e3'))), null);
    await own.drainNow();
    assert.equal((await findById(pair.log, 'e3', ALL))?.outcome, 'completed');
    assert.equal((await findById(pair.log, 'e2', ALL))?.outcome, 'orphaned');
    assert.equal(await countRequestLog(pair.log, {}, ALL), 3);
    const facts = await verifyLedger(pair.main);
    assert.deepEqual([facts.orphans, facts.sound], [1, true]);
  });

  it('says that a record is not safe when the database is away, and goes on when it is back', async () => {
    const pair = await server.open();
    const journal = await openWriter(pair, 'w1', 'one');
    const drain = drainOf(pair, 'one');
    await append(journal, encodeHold(sampleHold('e1')));
    const crashed = server.crash();
    const answers = await Promise.all(['e1', 'e2', 'e3'].map((id) => append(journal, encodeSettle(sampleEvent(id)))));
    await crashed;
    assert.equal(await append(journal, encodeSettle(sampleEvent('e4'))), null);
    await drain.drainNow();
    const told = ['e1', 'e2', 'e3'].filter((_, nth) => answers[nth] === null);
    for (const id of [...told, 'e4']) assert.equal((await findById(pair.log, id, ALL))?.outcome, 'completed', id);
    assert.equal((await verifyLedger(pair.main)).sound, true);
  });
});
