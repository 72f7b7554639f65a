import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openSqlite } from '../../src/store/index.ts';
import { eventually, type Gateway, runCommand, temporaryFolder } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, '../support/jumping-clock.js')).href;
const DAY_MS = 86_400_000;
/** Ten tokens in, fifty out, at 2 and 10 USD a million. */
const COST = 0.00052;
const ASKED = chatBody({ max_tokens: 60 });

type Jumping = {
  readonly gateway: Gateway;
  readonly data: string;
  readonly jumpTo: (offsetMs: number) => Promise<void>;
};

async function startJumping(context: TestContext, offsetMs = 0): Promise<Jumping> {
  const data = temporaryFolder(context);
  const file = join(temporaryFolder(context), 'offset');
  writeFileSync(file, String(offsetMs));
  const { gateway } = await gatewayAndUpstream(
    context,
    (request) => answer(request, { body: chatAnswer('hi', 10, 50) }),
    { data, env: { NODE_OPTIONS: `--import ${PRELOAD}`, JUMPING_CLOCK: file } },
  );
  return {
    gateway,
    data,
    jumpTo: async (offsetMs) => {
      writeFileSync(`${file}.next`, String(offsetMs));
      renameSync(`${file}.next`, file);
      // The clock of a key that is made tells whether the gateway has taken it over.
      await eventually(async () => {
        const made = await gateway.post('/key/generate', {});
        const { created_at } = JSON.parse(made.text) as { created_at: string };
        assert.ok(Math.abs(Date.parse(created_at) - Date.now() - offsetMs) < DAY_MS / 4, created_at);
      }, 30_000);
    },
  };
}

async function statusOf(gateway: Gateway, key: string): Promise<number> {
  return (await gateway.post('/v1/chat/completions', ASKED, key)).status;
}

test('a budget is that of the day that the clock says, whichever way it jumps, and no call is lost', async (context) => {
  // No midnight comes in between.
  const noon = DAY_MS / 2 - (Date.now() % DAY_MS);
  const { gateway, data, jumpTo } = await startJumping(context, noon);
  // Some calls fit, what is held for each included.
  const key = await gateway.createKey({ budgets: [{ usd: 0.006, per: '1d', on_exhausted: 'reject' }] });
  const spendAll = async (): Promise<number> => {
    for (let served = 0; ; served++) {
      const status = await statusOf(gateway, key);
      if (status === 402) return served;
      assert.equal(status, 200);
      assert.ok(served < 100, 'the budget does not bind');
    }
  };
  const today = await spendAll();
  assert.ok(today > 0);
  await jumpTo(noon + 3 * DAY_MS);
  const later = await spendAll();
  assert.equal(later, today, 'another day has a budget of its own');
  await jumpTo(noon);
  assert.equal(await statusOf(gateway, key), 402, 'what was spent of a day is spent, also when it comes again');
  await jumpTo(noon - 3 * DAY_MS);
  assert.equal(await spendAll(), today, 'a day of the past as well');
  await jumpTo(noon + 3 * DAY_MS);
  assert.equal(await statusOf(gateway, key), 402);

  await jumpTo(noon);
  const served = 3 * today;
  const rows = (await spendRows(gateway, '?limit=1000')).filter(({ status }) => status === 'success');
  assert.equal(rows.length, served);
  const { info } = JSON.parse((await gateway.get('/key/info', key)).text) as { info: { spend: number } };
  assert.ok(Math.abs(info.spend - served * COST) < 1e-9, `${info.spend} for ${served} calls`);
  await gateway.stop();
  const verified = await runCommand(context, { args: ['ledger', 'verify', '--json'], data });
  assert.equal(verified.code, 0, verified.output);
});

test('a rate goes by time that passes: no jump frees it, and none locks it', async (context) => {
  const { gateway, jumpTo } = await startJumping(context);
  const key = await gateway.createKey({ rpm_limit: 3 });
  for (let call = 0; call < 3; call++) assert.equal(await statusOf(gateway, key), 200);
  for (const offsetMs of [DAY_MS, -DAY_MS, 0]) {
    await jumpTo(offsetMs);
    const limited = await gateway.post('/v1/chat/completions', ASKED, key);
    if (limited.status === 200) return context.diagnostic('a minute has passed on this machine');
    assert.equal(limited.status, 429);
    assert.ok(Number(limited.headers.get('retry-after')) <= 60, limited.headers.get('retry-after') ?? '');
  }
});

test('what ends with its time ends with the clock: keys come back with it, credits do not', async (context) => {
  const { gateway, data, jumpTo } = await startJumping(context);
  await gateway.post('/organization/new', { organization_id: 'acme', organization_alias: 'acme', pays: 'prepaid' });
  const key = await gateway.createKey({ organization_id: 'acme', duration: '1d' });
  const grant = (id: string, body: object) =>
    gateway.post('/credits/grant', { organization_id: 'acme', ...body }, undefined, { 'idempotency-key': id });
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
  assert.equal((await grant('soon', { amount: 5, expires_at: tomorrow })).status, 200);
  assert.equal(await statusOf(gateway, key), 200);
  const balance = async (): Promise<number> => {
    const { text } = await gateway.get('/credits/info?organization_id=acme');
    return (JSON.parse(text) as { balance: number }).balance;
  };
  await jumpTo(2 * DAY_MS);
  assert.equal(await balance(), 0);
  assert.equal(await statusOf(gateway, key), 401, 'the key has expired');
  const books = openSqlite(join(data, 'waybill.db'));
  context.after(() => books.close());
  await eventually(async () => {
    const [grantRow] = await books.query("SELECT standing FROM ledger_credit WHERE id = 'soon'");
    assert.equal(grantRow?.['standing'], 'ended');
  }, 30_000);
  await jumpTo(0);
  assert.equal(await statusOf(gateway, key), 402, 'the key is good again, and what has expired is booked');
  assert.equal(await balance(), 0);
  assert.equal((await grant('more', { amount: 1 })).status, 200);
  await eventually(async () => assert.equal(await statusOf(gateway, key), 200));
  await gateway.stop();
  const verified = await runCommand(context, { args: ['ledger', 'verify', '--json'], data });
  assert.equal(verified.code, 0, verified.output);
});
