import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';

const OLD = { WAYBILL_SECRET_KEY: 'the-former-secret-key-of-forty-letters-x' };
const NEW = { WAYBILL_SECRET_KEY: 'the-coming-secret-key-of-forty-letters-y' };
const EXCHANGE = { ...OLD, WAYBILL_NEW_SECRET_KEY: NEW.WAYBILL_SECRET_KEY };
const ROTATE = ['secrets', 'rotate'];

test('the secret key is exchanged, and virtual keys go on working under the new one alone', async (context) => {
  const data = temporaryFolder(context);
  const before = await startGateway(context, { data, env: OLD });
  const key = await before.createKey();
  await before.stop();

  const rotated = await runCommand(context, { data, args: ROTATE, env: EXCHANGE });
  assert.equal(rotated.code, 0, rotated.errors);
  assert.match(rotated.output, /Only the new secret key opens the database now\. Set WAYBILL_SECRET_KEY/);
  const refused = await runCommand(context, { data, args: ['serve', '--port', '0'], env: OLD });
  assert.equal(refused.code, 2);
  assert.match(refused.errors, /not the one that this database was made with/);

  const after = await startGateway(context, { data, env: NEW });
  assert.equal((await after.get('/v1/models', key)).status, 200);
  const { audit_logs: entries } = JSON.parse((await after.get('/audit?object_id=key%20of%20keys')).text) as {
    audit_logs: { changed_by: string }[];
  };
  assert.deepEqual(
    entries.map(({ changed_by }) => changed_by),
    ['command line'],
  );
  for (const text of [rotated.output + rotated.errors, after.errors() + after.output()]) {
    assert.ok(!text.includes(OLD.WAYBILL_SECRET_KEY) && !text.includes(NEW.WAYBILL_SECRET_KEY));
  }
});

test('beside a running gateway both open the database, until the exchange is ended', async (context) => {
  const data = temporaryFolder(context);
  const running = await startGateway(context, { data, env: OLD });
  const rotated = await runCommand(context, { data, args: ROTATE, env: EXCHANGE });
  assert.equal(rotated.code, 0, rotated.errors);
  assert.match(rotated.output, /Both secret keys open the database/);
  const key = await running.createKey();
  assert.equal((await running.get('/v1/models', key)).status, 200, 'it goes on');
  await running.stop();

  for (const env of [OLD, NEW]) {
    const started = await startGateway(context, { data, env });
    assert.equal((await started.get('/v1/models', key)).status, 200);
    assert.match(started.errors(), /two secret keys open this installation/);
    await started.stop();
  }
  const former = await runCommand(context, { data, args: [...ROTATE, '--end'], env: OLD });
  assert.equal(former.code, 2);
  assert.match(former.errors, /is the former one/);
  const ended = await runCommand(context, { data, args: [...ROTATE, '--end', '--json'], env: NEW });
  assert.equal(ended.code, 0, ended.errors);
  assert.equal((JSON.parse(ended.output) as { ended: boolean }).ended, true);
  const again = await runCommand(context, { data, args: [...ROTATE, '--end'], env: NEW });
  assert.match(again.errors, /No exchange of the secret key was begun/);
  const started = await startGateway(context, { data, env: NEW });
  assert.equal((await started.get('/v1/models', key)).status, 200);
  assert.doesNotMatch(started.errors(), /two secret keys/);
});

test('a secret key that the gateway made itself is exchanged in its file, stopped halfway or not', async (context) => {
  const data = temporaryFolder(context);
  const first = await startGateway(context, { data });
  const key = await first.createKey();
  await first.stop();
  const file = join(data, 'secret.key');
  const former = readFileSync(file, 'utf8');

  const rotated = await runCommand(context, { data, args: ROTATE });
  assert.equal(rotated.code, 0, rotated.errors);
  assert.notEqual(readFileSync(file, 'utf8'), former);
  assert.equal(existsSync(`${file}.next`), false);
  const second = await startGateway(context, { data });
  assert.equal((await second.get('/v1/models', key)).status, 200);

  // Beside a running gateway it stops where a kill after the exchange of the files would: either file opens the database.
  const earlier = readFileSync(file, 'utf8');
  assert.equal((await runCommand(context, { data, args: ROTATE })).code, 0);
  await second.stop();
  const later = readFileSync(file, 'utf8');
  for (const text of [earlier, later]) {
    writeFileSync(`${file}.tried`, text, { mode: 0o600 });
    renameSync(`${file}.tried`, file);
    const started = await startGateway(context, { data });
    assert.equal((await started.get('/v1/models', key)).status, 200);
    await started.stop();
  }
});

test('what is missing or wrong is told, and nothing is exchanged', async (context) => {
  const data = temporaryFolder(context);
  await (await startGateway(context, { data, env: OLD })).stop();
  for (const [env, expected] of [
    [OLD, /WAYBILL_NEW_SECRET_KEY is not set/],
    [{ ...OLD, WAYBILL_NEW_SECRET_KEY: 'short' }, /32 letters at least/],
    [{ ...OLD, WAYBILL_NEW_SECRET_KEY: OLD.WAYBILL_SECRET_KEY }, /is the one that there is/],
    [
      { ...EXCHANGE, WAYBILL_SECRET_KEY: 'another-key-that-is-not-of-this-database' },
      /not the one that this database was made with/,
    ],
  ] as const) {
    const refused = await runCommand(context, { data, args: ROTATE, env });
    assert.equal(refused.code, 2, refused.errors);
    assert.match(refused.errors, expected);
  }
  await startGateway(context, { data, env: OLD });
});
