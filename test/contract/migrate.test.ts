import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import {
  DatabaseError,
  type DirectDatabase,
  hasLitellmTables,
  migrate,
  migrationsFolder,
  openPostgres,
} from '../../src/store/index.ts';
import { onBothDatabases, onPostgres } from './on-both-databases.ts';

onBothDatabases('migrations', (open) => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-migrations-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The program's own migrations have numbers from 1 on; these come after them. */
  const next = async (set: Record<string, string>, database: DirectDatabase): Promise<readonly string[]> => {
    const own = await mkdtemp(join(folder, 'set-'));
    const { cp } = await import('node:fs/promises');
    await cp(migrationsFolder(database.kind === 'sqlite' ? 'sqlite' : 'postgres'), own, { recursive: true });
    for (const [name, sql] of Object.entries(set)) await writeFile(join(own, name), sql);
    return migrate(database, own);
  };

  it('applies what is missing, once, in order', async () => {
    const { main, reopen } = await open();
    const one = { '9001-one.sql': 'CREATE TABLE store_one (a BIGINT); INSERT INTO store_one VALUES (1);' };
    const two = { ...one, '9002-two.sql': 'INSERT INTO store_one SELECT a + 1 FROM store_one;' };
    assert.deepEqual(await next(one, main), ['9001-one']);
    assert.deepEqual(await next(two, await reopen()), ['9002-two']);
    assert.deepEqual(await next(two, main), []);
    assert.deepEqual(
      (await main.query('SELECT a FROM store_one ORDER BY a')).map(({ a }) => a),
      [1, 2],
    );
  });

  it('is done once when several processes do it at the same moment', async () => {
    const { main, reopen } = await open();
    const set = { '9001-one.sql': 'CREATE TABLE store_one (a BIGINT); INSERT INTO store_one VALUES (1);' };
    const databases = [main, await reopen(), await reopen(), await reopen()];
    const applied = await Promise.all(databases.map((database) => next(set, database)));
    assert.equal(applied.flat().length, 1);
    assert.equal((await main.query('SELECT a FROM store_one')).length, 1);
  });

  it('refuses a file that was changed after it was applied', async () => {
    const { main } = await open();
    await next({ '9001-one.sql': 'CREATE TABLE store_one (a BIGINT);' }, main);
    await assert.rejects(next({ '9001-one.sql': 'CREATE TABLE store_one (b BIGINT);' }, main), /9001-one was changed/);
  });

  it('refuses a database that a newer program has been at', async () => {
    const { main } = await open();
    await next({ '9001-one.sql': 'CREATE TABLE store_one (a BIGINT);' }, main);
    await assert.rejects(
      next({}, main),
      (error) => error instanceof DatabaseError && /newer than this program/.test(error.message),
    );
  });

  it('leaves nothing behind of a set that fails', async () => {
    const { main } = await open();
    const set = {
      '9001-one.sql': 'CREATE TABLE store_one (a BIGINT);',
      '9002-two.sql': 'CREATE TABEL store_two (a BIGINT);',
    };
    await assert.rejects(next(set, main), /cannot be migrated: 9002-two: .*TABEL/);
    await next({ '9001-one.sql': 'CREATE TABLE store_one (b BIGINT);' }, main);
  });
});

onPostgres('migrations', (server) => {
  it('make the schema once for several instances on an empty database', async () => {
    const url = await server.createDatabase();
    const databases = await Promise.all([1, 2, 3].map(() => openPostgres(url, { maxConnections: 2 })));
    const applied = await Promise.all(databases.map((database) => migrate(database, migrationsFolder('postgres'))));
    assert.equal(applied.filter((names) => names.length > 0).length, 1);
    await Promise.all(databases.map((database) => database.close()));
  });

  it('say so when the server cannot be reached', async () => {
    const database = await openPostgres('postgres://nobody@127.0.0.1:1/none', { maxConnections: 1 });
    await assert.rejects(migrate(database, migrationsFolder('postgres')), (error) => {
      return (
        error instanceof DatabaseError &&
        error.kind === 'database' &&
        /cannot be migrated.*ECONNREFUSED/.test(error.message)
      );
    });
    await database.close();
  });

  it('live beside a LiteLLM installation, and recognise it', async () => {
    const { main } = await server.open();
    assert.equal(await hasLitellmTables(main), false);
    await main.transaction((session) => session.script('CREATE TABLE public."LiteLLM_VerificationToken" (token TEXT)'));
    assert.equal(await hasLitellmTables(main), true);
  });
});
