import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { joinGround, type OwnedGround, startGround } from '../../src/ground.ts';
import { readPot, verifyLedger } from '../../src/ledger/index.ts';
import { DatabaseError, threadChannel } from '../../src/store/index.ts';
import { countRequestLog, encodeHold, encodeSettle, findById, openJournal } from '../../src/telemetry/index.ts';
import { onPostgres } from './on-both-databases.ts';
import { sampleEvent, sampleHold } from './sample-event.ts';

const ALL = { kind: 'all' } as const;
const temporary = mkdtempSync(join(tmpdir(), 'waybill-ground-'));
after(() => rmSync(temporary, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(temporary, 'data-'));

async function exchange(ground: OwnedGround, writer: string): Promise<void> {
  const journal = openJournal({ root: ground.journalRoot, writer });
  await new Promise((resolve) => {
    journal.append(encodeHold(sampleHold('e1')), () => undefined);
    journal.append(encodeSettle(sampleEvent('e1')), resolve);
  });
  await ground.drainNow();
  journal.close();
}

/** Runs busy-process.ts until it has done something, kills it, and answers the exchanges that it said were settled. */
async function runAndKill(
  folder: string,
  databaseUrl: string | null,
  prefix: string,
  mode: string,
): Promise<readonly string[]> {
  const file = fileURLToPath(new URL('busy-process.ts', import.meta.url));
  const args = [file, folder, prefix, mode, ...(databaseUrl === null ? [] : [databaseUrl])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  child.stdout.on('data', (data) => {
    said += String(data);
    if (said.length > 4000) child.kill('SIGKILL');
  });
  await ended;
  return said.split('\n').slice(0, -1);
}

/** `isGone`: each process comes with an empty folder, and what it left is found in the database alone. */
async function killAndCount(databaseUrl: string | null, mode = 'local', isGone = false): Promise<void> {
  const folder = newFolder();
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round++)
    acknowledged.push(...(await runAndKill(isGone ? newFolder() : folder, databaseUrl, `round${round}`, mode)));
  assert.ok(acknowledged.length > 100);
  const ground = await startGround({ dataFolder: folder, databaseUrl });
  if (isGone) await takenOver(ground);
  for (const id of acknowledged) {
    assert.equal((await findById(ground.log, id, ALL))?.outcome, 'completed', id);
  }
  const rows = await countRequestLog(ground.log, {}, ALL);
  const orphans = (
    await ground.log.query("SELECT count(*) AS rows FROM telemetry_request_log WHERE outcome = 'orphaned'")
  )[0]?.['rows'];
  const facts = await verifyLedger(ground.main);
  assert.ok(facts.sound);
  assert.equal(facts.orphans, orphans);
  assert.ok(
    rows >= acknowledged.length && Number(orphans) <= 60,
    `${rows} rows, ${acknowledged.length} said, ${orphans} orphans`,
  );
  assert.equal(await readPot(ground.main, 'key:k1'), BigInt((rows - Number(orphans)) * 1200 + Number(orphans) * 5000));
  await ground.stop();
}

/** The leases of the dead end, and the janitor comes. */
async function takenOver(ground: OwnedGround): Promise<void> {
  const left = async () => (await ground.main.query('SELECT writer FROM telemetry_journal_writer')).length;
  assert.equal(await left(), 3);
  await ground.main.write([{ sql: 'UPDATE ledger_writer SET expires_at_ms = 0', values: [] }]);
  for (let tries = 0; tries < 200 && (await left()) > 0; tries++) await new Promise((go) => setTimeout(go, 50));
  assert.equal(await left(), 0);
  assert.equal((await ground.main.query('SELECT writer FROM telemetry_journal')).length, 0);
}

describe('the ground, on SQLite', () => {
  it('starts, books, stops, and starts again with what was booked', async () => {
    const dataFolder = newFolder();
    const ground = await startGround({ dataFolder, databaseUrl: null });
    assert.deepEqual(ground.facts.recovered, { settled: 0, orphans: 0 });
    assert.equal(ground.facts.kind, 'sqlite');
    await exchange(ground, 'w1');
    assert.equal(await readPot(ground.main, 'key:k1'), 1200n);
    assert.deepEqual(await ground.backlog(), { bytes: 0, stalledMs: 0, error: null });
    await ground.stop();
    const again = await startGround({ dataFolder, databaseUrl: null });
    assert.deepEqual(again.facts.migrated, []);
    assert.equal(await readPot(again.main, 'key:k1'), 1200n);
    await again.stop();
  });

  it('serves other processes, and recovers the journal of one that died', async () => {
    const dataFolder = newFolder();
    const ground = await startGround({ dataFolder, databaseUrl: null });
    const { port1, port2 } = new MessageChannel();
    ground.attach(threadChannel(port1));
    const joined = await joinGround(threadChannel(port2), { dataFolder, databaseUrl: null });
    const journal = openJournal({ root: ground.journalRoot, writer: 'w2' });
    await new Promise((resolve) => journal.append(encodeHold(sampleHold('e1')), resolve));
    await joined.drainNow();
    assert.equal(await readPot(joined.main, 'key:k1'), 0n);
    journal.close();
    assert.deepEqual(await ground.recoverWriter('w2'), { settled: 0, orphans: 1 });
    assert.equal(await readPot(joined.main, 'key:k1'), 5000n);
    await assert.rejects(joined.main.query('SELECT * FROM store_none'), /no such table/);
    port2.close();
    await ground.stop();
  });

  it('rejects what is asked of it after it stopped', async () => {
    const ground = await startGround({ dataFolder: newFolder(), databaseUrl: null });
    await ground.stop();
    await assert.rejects(ground.main.query('SELECT 1'), DatabaseError);
  });

  it('says why it cannot start', async () => {
    const start = startGround({ dataFolder: join(newFolder(), 'missing'), databaseUrl: null });
    await assert.rejects(start, (error) => error instanceof DatabaseError && /cannot open/.test(error.message));
  });

  it('has every acknowledged exchange in the books, however often it is killed', () => killAndCount(null));

  it('the same where each record waits for the disk', () => killAndCount(null, 'local-sync'));
});

onPostgres('the ground', (server) => {
  it('starts, books and stops', async () => {
    const databaseUrl = await server.createDatabase();
    const ground = await startGround({
      dataFolder: newFolder(),
      databaseUrl: `${databaseUrl}?schema=public&connection_limit=5`,
    });
    assert.deepEqual([ground.facts.kind, ground.facts.litellmTables], ['postgres', false]);
    await exchange(ground, 'w1');
    assert.equal(await readPot(ground.main, 'key:k1'), 1200n);
    await ground.stop();
  });

  it('says why it cannot start', async () => {
    const start = startGround({ dataFolder: newFolder(), databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    await assert.rejects(start, (error) => error instanceof DatabaseError && /ECONNREFUSED/.test(error.message));
  });

  it('loses nothing while the server restarts', async () => {
    const databaseUrl = await server.createDatabase();
    const ground = await startGround({ dataFolder: newFolder(), databaseUrl });
    const journal = openJournal({ root: ground.journalRoot, writer: 'w1' });
    for (let index = 0; index < 200; index++) {
      await new Promise((resolve) => journal.append(encodeSettle(sampleEvent(`e${index}`)), resolve));
      if (index === 100) await server.crash();
    }
    for (let tries = 0; tries < 50; tries++) {
      if (
        await ground.drainNow().then(
          () => true,
          () => false,
        )
      )
        break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await countRequestLog(ground.log, {}, ALL), 200);
    assert.equal(await readPot(ground.main, 'key:k1'), 240_000n);
    journal.close();
    await ground.stop();
  });

  it('has every acknowledged exchange in the books, however often it is killed', async () => {
    await killAndCount(await server.createDatabase());
  });

  it('the same with the journal in the database', async () => {
    await killAndCount(await server.createDatabase(), 'db');
  });

  it('books what instances left in the database that do not come back, when their leases have ended', async () => {
    await killAndCount(await server.createDatabase(), 'db', true);
  });
});
