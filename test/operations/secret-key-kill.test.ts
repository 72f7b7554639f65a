import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Database, openPostgres, openSqlite } from '../../src/store/index.ts';
import { eventually, runCommand, startCommand, temporaryFolder } from '../support/gateway.ts';
import { ALLOWED, modelAt, startModelsApi } from '../support/models-api.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';

const OLD = { WAYBILL_SECRET_KEY: 'the-former-secret-key-of-forty-letters-x' };
const NEW = { WAYBILL_SECRET_KEY: 'the-coming-secret-key-of-forty-letters-y' };
const EXCHANGE = { ...OLD, WAYBILL_NEW_SECRET_KEY: NEW.WAYBILL_SECRET_KEY };
const ROTATE = ['secrets', 'rotate', '--json'];
const ENTRIES = 60;
const KILLS = 3;

type Told = { readonly ended: boolean; readonly resealed: number; readonly shut: readonly string[] };

async function countUnder(database: Database, prefix: string): Promise<number> {
  const sql = 'SELECT count(*) AS found FROM catalog_entry WHERE sealed LIKE ?';
  const [row] = await database.query(sql, [`${prefix}.%`]);
  return Number(row?.['found']);
}

/** Kills the command when it has sealed some texts more, unless it has come to its end before. */
async function killUnderway(context: TestContext, data: string, env: Readonly<Record<string, string>>, book: Database) {
  const before = await countUnder(book, 'wb2');
  const { child, ended } = startCommand(context, { data, args: ROTATE, env });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  await eventually(async () => assert.ok(isOver || (await countUnder(book, 'wb2')) > before), 30_000);
  child.kill('SIGKILL');
  await ended;
}

/** `withEnd`: another command ends the exchange, as several gateways may use the database. */
async function exchangeKilled(
  context: TestContext,
  database: Readonly<Record<string, string>>,
  open: (data: string) => Promise<Database>,
  withEnd: boolean,
): Promise<void> {
  const data = temporaryFolder(context);
  const { gateway, upstream, done } = await startModelsApi(context, { data, env: { ...OLD, ...database } });
  for (let at = 0; at < ENTRIES; at++) await done('POST', '/model/new', modelAt(upstream.url, `model-${at}`));
  assert.equal((await gateway.stop()).code, 0);
  const book = await open(data);
  context.after(() => book.close());
  assert.equal(await countUnder(book, 'wb1'), ENTRIES);

  const env = { ...EXCHANGE, ...database };
  for (let kill = 0; kill < KILLS; kill++) await killUnderway(context, data, env, book);
  context.diagnostic(`${await countUnder(book, 'wb2')} of ${ENTRIES} were sealed again after ${KILLS} kills`);
  const rotated = await runCommand(context, { data, args: ROTATE, env });
  if (rotated.code !== 0) assert.match(rotated.errors, /is not the one that this database was made with/);
  if (withEnd) {
    const ended = await runCommand(context, { data, args: [...ROTATE, '--end'], env: { ...NEW, ...database } });
    assert.equal(ended.code, 0, ended.errors);
    assert.deepEqual((JSON.parse(ended.output) as Told).shut, []);
  }
  assert.deepEqual([await countUnder(book, 'wb1'), await countUnder(book, 'wb2')], [0, ENTRIES]);

  const after = await startModelsApi(context, { data, env: { ...NEW, ...database, ...ALLOWED } });
  const called = upstream.requests.length;
  assert.equal(await after.call(`model-${ENTRIES - 1}`), 200);
  assert.equal(upstream.requests.length, called + 1, 'with the credential that was sealed again');
  assert.doesNotMatch(after.gateway.errors(), /do not open/);
}

test('on SQLite, secrets rotate that is killed goes on, until nothing is under the former key', async (context) => {
  await exchangeKilled(context, {}, async (data) => openSqlite(join(data, 'waybill.db')), false);
});

test('on Postgres, secrets rotate that is killed goes on, until nothing is under the former key', {
  skip: postgresMissing(),
}, async (context) => {
  const server = await startPostgres();
  context.after(() => server.stop());
  const url = await server.createDatabase();
  await exchangeKilled(context, { DATABASE_URL: url }, () => openPostgres(url, { maxConnections: 1 }), true);
});
