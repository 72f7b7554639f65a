import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPostgres } from '../../src/store/index.ts';
import { runCommand, temporaryFolder } from '../support/gateway.ts';
import { filesIn, findPlanted, formsOf } from '../support/planted.ts';
import {
  loadFaulty,
  makeCalls,
  makeChanges,
  PLANTED,
  readEverything,
  signIn,
  startStage,
} from '../support/planted-stage.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';

const LEAST_PLACES = 100;

/** Life with every secret that there is, and then a look everywhere. */
async function live(context: TestContext, env: Readonly<Record<string, string>>, disturb?: () => Promise<void>) {
  const stage = await startStage(context, env);
  const { gateway, secrets, told } = stage;
  await makeCalls(stage);
  await makeChanges(stage);
  await signIn(stage);
  assert.ok((await readEverything(stage)) > 40, 'the API describes what can be read');
  await disturb?.();
  await makeCalls(stage);
  const file = gateway.configFile ?? '';
  const config = readFileSync(file, 'utf8');
  await loadFaulty(stage, (text) => writeFileSync(file, text));
  writeFileSync(file, config);

  const backup = join(temporaryFolder(context), 'backup');
  context.diagnostic(`${told.size} answers with ${Object.keys(secrets).length} secrets`);
  const its = {
    WAYBILL_CONFIG: file,
    WAYBILL_SECRET_KEY: PLANTED['the secret key'],
    WAYBILL_MASTER_KEY: PLANTED['the master key'],
    PROVIDER_KEY: PLANTED["the file's provider credential"],
    SCIM_TOKEN: PLANTED['the SCIM token'],
    CLIENT_SECRET: PLANTED['the OpenID client secret'],
    ...env,
  };
  const commands = [
    ['check', '--json'],
    ['check'],
    ['doctor', '--json'],
    ['backup', backup],
    ['ledger', 'verify', '--json'],
  ];
  for (const args of commands) {
    const ran = await runCommand(context, { data: gateway.data, args, env: its });
    assert.notEqual(ran.output, '', `${args}: ${ran.errors}`);
    told.set(`what the command ${args[0]} says`, ran.output + ran.errors);
  }
  const whileRunning = filesIn(gateway.data, 'the data folder, running: ');
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  const places = new Map([
    ...told,
    ['the log', gateway.errors() + gateway.output()],
    ...whileRunning,
    ...filesIn(gateway.data, 'the data folder, stopped: '),
    ...filesIn(backup, 'the backup: '),
  ]);
  return { places, secrets };
}

/** A search that finds nothing is worth something only where it would find. */
function isSearched(places: ReadonlyMap<string, string>, secrets: Readonly<Record<string, string>>): void {
  assert.ok(places.size > LEAST_PLACES, `only ${places.size} places`);
  assert.ok(Object.keys(secrets).length >= 12);
  const holding = [...places].filter(([, text]) => text.includes('canary') || text.includes('bob@example.com'));
  assert.ok(holding.length > 5, 'what is no secret is found');
  for (const secret of Object.values(secrets)) {
    for (const form of formsOf(secret)) assert.ok(form.length >= 12, `${form} would be found anywhere`);
    const carried = `a ${Buffer.from(`Basic ${secret}`).toString('base64')} b`;
    assert.equal(findPlanted(new Map([['x', carried]]), { secret }).length, 1, 'in base64 it is found');
  }
}

test('secrets of every kind are in no answer, log line, file, metric, audit entry, table or backup', async (context) => {
  const { places, secrets } = await live(context, {});
  isSearched(places, secrets);
  assert.deepEqual(findPlanted(places, secrets), []);
});

test('nor are they with Postgres, in its tables and files and when it cannot be reached', {
  skip: postgresMissing(),
}, async (context) => {
  const server = await startPostgres();
  context.after(() => server.stop());
  const plain = await server.createDatabase();
  const url = plain.replace('postgres@', `postgres:${PLANTED['the database password']}@`);
  const { places, secrets } = await live(context, { DATABASE_URL: url }, server.crash);
  isSearched(places, secrets);
  const database = await openPostgres(plain, { maxConnections: 1 });
  const [setting] = await database.query('SHOW data_directory');
  await database.query('CHECKPOINT');
  await database.close();
  const folder = String(setting?.['data_directory']);
  assert.deepEqual(findPlanted(places, secrets), []);
  assert.deepEqual(findPlanted(filesIn(folder, 'the files of Postgres: '), secrets), []);
});
