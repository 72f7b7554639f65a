import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { readPot, verifyLedger } from '../../src/ledger/index.ts';
import { createDrain, type Drain, type DrainOptions, openFileShelf } from '../../src/pipeline/drain.ts';
import { systemClock } from '../../src/std/index.ts';
import type { DirectDatabase } from '../../src/store/index.ts';
import {
  countRequestLog,
  type ExchangeEvent,
  encodeHold,
  encodePrice,
  encodeSettle,
  findById,
  type Journal,
  journalStart,
  listRequestLog,
  listSegments,
  openJournal,
  openUsageBooks,
  partitionMaker,
  readJournal,
  segmentFile,
} from '../../src/telemetry/index.ts';
import { type OpenedPair, onBothDatabases } from './on-both-databases.ts';
import { sampleEvent, sampleHold } from './sample-event.ts';

const ALL = { kind: 'all' } as const;

function append(journal: Journal, record: string): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.append(record, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function exchange(journal: Journal, id: string, charge = 1200): Promise<void> {
  await append(journal, encodeHold(sampleHold(id)));
  await append(journal, encodeSettle(sampleEvent(id, { chargeNanoUsd: String(charge) })));
}

/** It costs more than what was held for it. */
function dearer(id: string): ExchangeEvent {
  return sampleEvent(id, { chargeNanoUsd: '6000' });
}

onBothDatabases('the drain', (open) => {
  const temporary = mkdtempSync(join(tmpdir(), 'waybill-drain-'));
  after(() => rmSync(temporary, { recursive: true, force: true }));
  const newRoot = (): string => join(mkdtempSync(join(temporary, 'data-')), 'journal');

  const drainOf = (journalRoot: string, { main, log }: OpenedPair, given: Partial<DrainOptions> = {}): Drain =>
    createDrain({
      requestLog: 'on',
      shelves: [openFileShelf(journalRoot)],
      main,
      log,
      clock: systemClock,
      everyMs: 10,
      makePartitions: partitionMaker(log),
      usage: openUsageBooks(),
      storePriceVersions: (rows) =>
        rows.map(({ version, source, tiers, firstSeenMs }) => ({
          sql: 'INSERT INTO catalog_price_version (version, source, tiers, first_seen_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          values: [version, source, tiers, firstSeenMs],
        })),
      onFailure: () => undefined,
      onDamage: () => undefined,
      ...given,
    });

  it('posts to the pots that a record names, and to the payer’s own where it names none', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    const month = 'key:k1/2026-11';
    await append(journal, encodeHold(sampleHold('e1', { pots: [month, 'gateway/2026-11'] })));
    await append(journal, encodeSettle(sampleEvent('e1', { chargeNanoUsd: '100' }), [month, 'gateway/2026-11']));
    await append(journal, encodeSettle(sampleEvent('e2', { chargeNanoUsd: '10' })));
    await append(journal, encodeHold(sampleHold('e3', { holdNanoUsd: '7', pots: [month, 'user:a%2Fb'] })));
    journal.close();
    await drainOf(root, pair).recover();
    const posted = await Promise.all(
      [month, 'gateway/2026-11', 'user:a%2Fb', 'key:k1'].map((pot) => readPot(pair.main, pot)),
    );
    assert.deepEqual(posted, [107n, 100n, 7n, 117n]);
    assert.equal((await verifyLedger(pair.main)).sound, true);
  });

  it('books what is settled, and leaves open what is held', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    await append(journal, encodePrice({ version: 'p_1', source: 'test', tiers: '[]' }));
    await exchange(journal, 'e1');
    await append(journal, encodeHold(sampleHold('e2')));
    const refused = sampleEvent('e3', { outcome: 'refused', costNanoUsd: '0', chargeNanoUsd: '0' });
    await append(journal, encodeSettle(refused));
    const drain = drainOf(root, pair);
    await drain.drainNow();
    assert.deepEqual(await findById(pair.log, 'e1', ALL), sampleEvent('e1'));
    assert.equal(await countRequestLog(pair.log, {}, ALL), 2);
    assert.equal(await readPot(pair.main, 'key:k1'), 1200n);
    assert.equal((await pair.main.query('SELECT version FROM catalog_price_version'))[0]?.['version'], 'p_1');
    assert.equal((await verifyLedger(pair.main)).sound, true);
    assert.deepEqual(await drain.backlog(), { bytes: 0, stalledMs: 0, error: null });
    await append(journal, encodeSettle(sampleEvent('e2', { chargeNanoUsd: '5001' })));
    await drain.drainNow();
    assert.equal((await verifyLedger(pair.main)).overages, 1);
    journal.close();
  });

  it('works by itself once it is started', async () => {
    const pair = await open();
    const root = newRoot();
    const drain = drainOf(root, pair);
    drain.start();
    const journal = openJournal({ root, writer: 'w1' });
    await exchange(journal, 'e1');
    for (let tries = 0; tries < 100 && (await countRequestLog(pair.log, {}, ALL)) === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(await countRequestLog(pair.log, {}, ALL), 1);
    journal.close();
    await drain.stop();
    assert.deepEqual(readdirSync(root), []);
  });

  it('charges the hold of an exchange whose process died, once', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    await exchange(journal, 'e1');
    await append(journal, encodeHold(sampleHold('e2', { holdNanoUsd: '10' })));
    await append(journal, encodeHold(sampleHold('e2', { holdNanoUsd: '7000', provider: 'anthropic' })));
    journal.close();
    const copy = newRoot();
    cpSync(root, copy, { recursive: true });
    assert.deepEqual(await drainOf(root, pair).recover(), { settled: 1, orphans: 1 });
    assert.deepEqual(await drainOf(copy, pair).recover(), { settled: 0, orphans: 1 });
    assert.deepEqual(readdirSync(root), []);
    const orphan = await findById(pair.log, 'e2', ALL);
    assert.deepEqual(
      [orphan?.outcome, orphan?.status, orphan?.chargeNanoUsd, orphan?.provider],
      ['orphaned', 0, '7000', 'anthropic'],
    );
    const facts = await verifyLedger(pair.main);
    assert.deepEqual([facts.sound, facts.orphans, facts.transfers], [true, 1, 4]);
    assert.equal(await readPot(pair.main, 'key:k1'), 8200n);
  });

  it('books exactly what was wholly written, wherever the journal is cut off', async () => {
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    const ends: number[] = [];
    for (let index = 0; index < 3; index++) {
      await exchange(journal, `e${index}`, 1000 + index);
      ends.push(readFileSync(segmentFile(join(root, 'w1'), 1)).length);
    }
    journal.close();
    const size = ends.at(-1) ?? 0;
    // Around every end of a record, and some in between; each of them in one database, one after the other.
    const cuts = new Set(Array.from({ length: 20 }, (_, index) => Math.floor((size * index) / 20)));
    for (const end of ends) for (const near of [-1, 0, 1]) if (end + near <= size) cuts.add(end + near);
    const pair = await open();
    for (const cut of [...cuts].sort((one, other) => one - other)) {
      const copy = newRoot();
      cpSync(root, copy, { recursive: true });
      truncateSync(segmentFile(join(copy, 'w1'), 1), cut);
      const drain = drainOf(copy, pair);
      await drain.drainNow();
      const settled = ends.filter((end) => end <= cut).length;
      const expected = [0n, 1000n, 2001n, 3003n][settled];
      assert.equal(await readPot(pair.main, 'key:k1'), expected, `cut at ${cut} of ${size}`);
      assert.equal(await countRequestLog(pair.log, {}, ALL), settled);
    }
    assert.equal((await verifyLedger(pair.main)).sound, true);
  });

  it('books records that were written before they had parts', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    for (const record of [
      { kind: 'price', version: 'p_1', source: 'test', tiers: '[]' },
      { kind: 'hold', ...sampleHold('e1', { holdNanoUsd: '1' }) },
      { kind: 'settle', event: sampleEvent('e1') },
      { kind: 'hold', ...sampleHold('e2') },
    ]) {
      await append(journal, JSON.stringify(record));
    }
    journal.close();
    assert.deepEqual(await drainOf(root, pair).recover(), { settled: 1, orphans: 1 });
    assert.deepEqual(await findById(pair.log, 'e1', ALL), sampleEvent('e1'));
    assert.equal((await findById(pair.log, 'e2', ALL))?.requestedModel, 'gpt-4o');
    assert.equal((await pair.main.query('SELECT version FROM catalog_price_version')).length, 1);
    const { overages, orphans, sound } = await verifyLedger(pair.main);
    assert.deepEqual([overages, orphans, sound], [1, 1, true]);
    assert.equal(await readPot(pair.main, 'key:k1'), 6200n);
  });

  it('repeats nothing after it died between the two commits', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    for (let index = 0; index < 5; index++) await exchange(journal, `e${index}`);
    const dying: DirectDatabase = { ...pair.main, transaction: () => Promise.reject(new Error('power cut')) };
    await assert.rejects(drainOf(root, { ...pair, main: dying }).drainNow(), /power cut/);
    assert.equal(await countRequestLog(pair.log, {}, ALL), 5);
    assert.equal(await readPot(pair.main, 'key:k1'), 0n);
    journal.close();
    assert.deepEqual(await drainOf(root, pair).recover(), { settled: 0, orphans: 0 });
    assert.equal(await countRequestLog(pair.log, {}, ALL), 5);
    assert.equal(await readPot(pair.main, 'key:k1'), 6000n);
  });

  it('waits for a database that is down, and says so once', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    let down = true;
    const moody: DirectDatabase = {
      ...pair.main,
      transaction: (run) => (down ? Promise.reject(new Error('down')) : pair.main.transaction(run)),
    };
    const told: (string | null)[] = [];
    const drain = drainOf(root, { ...pair, main: moody }, { onFailure: (error) => told.push(error?.message ?? null) });
    for (let index = 0; index < 3; index++) {
      await exchange(journal, `e${index}`);
      await assert.rejects(drain.drainNow(), /down/);
    }
    const backlog = await drain.backlog();
    assert.ok(backlog.bytes > 0 && backlog.stalledMs > 0 && backlog.error === 'down', JSON.stringify(backlog));
    down = false;
    await drain.drainNow();
    assert.deepEqual(told, ['down', null]);
    assert.equal(await readPot(pair.main, 'key:k1'), 3600n);
    assert.equal((await drain.backlog()).bytes, 0);
    journal.close();
  });

  it('deletes a segment when all in it and before it is booked and settled', async () => {
    const pair = await open();
    const root = newRoot();
    const folder = join(root, 'w1');
    const journal = openJournal({ root, writer: 'w1', segmentBytes: 1 });
    const drain = drainOf(root, pair);
    await exchange(journal, 'e1');
    await append(journal, encodeHold(sampleHold('long')));
    await exchange(journal, 'e2');
    await drain.drainNow();
    assert.deepEqual(listSegments(folder), [3, 4, 5]);
    await append(journal, encodeSettle(sampleEvent('long')));
    await drain.drainNow();
    assert.deepEqual(listSegments(folder), [6]);
    journal.close();
    await drain.stop();
    assert.ok(!existsSync(folder));
  });

  it('keeps a hold until its settle is booked, however often the commits fail and the drain begins anew', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1', segmentBytes: 20_000 });
    // More than what is committed at a time: the first settles are read ahead while the last holds are committed.
    const ids = Array.from({ length: 9_000 }, (_, nth) => `e${nth}`);
    const records = [...ids.map((id) => encodeHold(sampleHold(id))), ...ids.map((id) => encodeSettle(dearer(id)))];
    for (const [nth, record] of records.entries()) {
      if (nth % 100 === 99) await append(journal, record);
      else journal.append(record, () => undefined);
    }
    journal.close();
    let seed = 1;
    const fails = (): boolean => {
      seed = Math.imul(seed, 1_103_515_245) + 12_345;
      return seed % 64 < 0;
    };
    const moody: DirectDatabase = {
      ...pair.main,
      transaction: (run) => (fails() ? Promise.reject(new Error('down')) : pair.main.transaction(run)),
    };
    let drain = drainOf(root, { ...pair, main: moody });
    for (let tries = 1; ; tries++) {
      const failed = await drain.drainNow().then(
        () => false,
        () => true,
      );
      if (!failed) break;
      if (tries % 4 !== 0) drain = drainOf(root, { ...pair, main: moody });
    }
    const { sound, overages, orphans } = await verifyLedger(pair.main);
    assert.deepEqual([sound, overages, orphans], [true, ids.length, 0]);
    assert.equal(await readPot(pair.main, 'key:k1'), 6_000n * BigInt(ids.length));
    assert.equal(await countRequestLog(pair.log, {}, ALL), ids.length);
    assert.deepEqual(await drainOf(root, pair).recover(), { settled: 0, orphans: 0 });
  });

  it('keeps the journal of a process that stopped with something open', async () => {
    const pair = await open();
    const root = newRoot();
    const journal = openJournal({ root, writer: 'w1' });
    await append(journal, encodeHold(sampleHold('open')));
    journal.close();
    await drainOf(root, pair).stop();
    assert.deepEqual(readdirSync(root), ['w1']);
    assert.deepEqual(await drainOf(root, pair).recover(), { settled: 0, orphans: 1 });
  });

  it('keeps aside what is damaged or not understood, and books the rest', async () => {
    const pair = await open();
    const root = newRoot();
    const one = openJournal({ root, writer: 'w1' });
    await exchange(one, 'e1');
    one.append('hence\t{}', () => undefined);
    one.append('{"kind":"of the future"}', () => undefined);
    one.append('settle\t["e9"]\t{}', () => undefined);
    await exchange(one, 'e2');
    one.close();
    const file = segmentFile(join(root, 'w1'), 1);
    const other = openJournal({ root, writer: 'w2' });
    await exchange(other, 'e3');
    await exchange(other, 'e4');
    other.close();
    const damaged = segmentFile(join(root, 'w2'), 1);
    const bytes = readFileSync(damaged);
    bytes[bytes.length - 10] = 0;
    writeFileSync(damaged, bytes);
    const told: string[] = [];
    const recovered = await drainOf(root, pair, { onDamage: (message) => told.push(message) }).recover();
    assert.deepEqual(recovered, { settled: 3, orphans: 1 });
    assert.equal(told.length, 2);
    assert.ok(told[0]?.includes(file) && told[0].includes('not understand'));
    assert.ok(told[1]?.includes(damaged) && told[1].includes('is damaged'));
    assert.deepEqual(readdirSync(join(root, '..', 'journal-damaged')).sort(), ['w1-00000001.seg', 'w2-00000001.seg']);
  });

  it('keeps up with several writers at once', async () => {
    const pair = await open();
    const root = newRoot();
    const drain = drainOf(root, pair);
    drain.start();
    const journals = ['w1', 'w2', 'w3'].map((writer) => openJournal({ root, writer, segmentBytes: 20_000 }));
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        journals.flatMap((journal) => [0, 1, 2, 3, 4].map((n) => exchange(journal, `${journal.writer}-${round}-${n}`))),
      );
    }
    await drain.drainNow();
    assert.equal(await countRequestLog(pair.log, {}, ALL), 300);
    assert.equal(await readPot(pair.main, 'key:k1'), 360_000n);
    for (const journal of journals) journal.close();
    await drain.stop();
    assert.equal((await listRequestLog(pair.log, { limit: 1000 }, ALL)).length, 300);
    assert.deepEqual(readJournal(join(root, 'w1'), journalStart, 1).entries, []);
  });
});
