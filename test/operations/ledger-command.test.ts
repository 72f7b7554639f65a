import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '../../src/store/index.ts';
import { runCommand, temporaryFolder } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

test('ledger verify adds the books up beside a running gateway, and finds what was changed in them', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
  const key = await gateway.createKey({ max_budget: 1 });
  for (let calls = 0; calls < 3; calls++) await gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }), key);
  assert.equal((await spendRows(gateway)).length, 3);
  const verify = (...more: string[]) =>
    runCommand(context, { args: ['ledger', 'verify', '--data', gateway.data, ...more] });

  const sound = await verify('--json');
  assert.equal(sound.code, 0, sound.errors);
  const facts = JSON.parse(sound.output) as Record<string, unknown>;
  assert.deepEqual([facts['sound'], facts['transfers'], facts['imbalance_usd']], [true, 6, '0']);
  const charged = (3 * (10 * PRICE.input + 5 * PRICE.output)) / 1e6;
  assert.equal(facts['debits_usd'], String(2 * charged), 'what callers owe, and what is owed to the provider');

  await gateway.stop();
  const books = openSqlite(join(gateway.data, 'waybill.db'));
  await books.write([
    { sql: "UPDATE ledger_account SET debits_posted = debits_posted + 5 WHERE id LIKE 'caller:%'", values: [] },
  ]);
  await books.close();
  const unsound = await verify();
  assert.equal(unsound.code, 1);
  assert.match(unsound.output, /FAULT: debits and credits differ by 0\.000000005 USD/);
  assert.match(unsound.output, /FAULT: the account caller:\S+ is not the sum of its transfers/);
});

test('ledger recompute computes every cost again, and finds the one that was changed', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hello') }));
  for (let calls = 0; calls < 3; calls++) await gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }));
  const [row] = await spendRows(gateway);
  assert.ok(row);
  const recompute = (...more: string[]) =>
    runCommand(context, { args: ['ledger', 'recompute', '--data', gateway.data, ...more] });
  const same = await recompute('--json');
  assert.equal(same.code, 0, same.errors);
  assert.deepEqual(JSON.parse(same.output), {
    events: 3,
    recomputed: 3,
    orphans: 0,
    corrected: 0,
    unpriced: 0,
    mismatches: [],
  });

  await gateway.stop();
  const log = openSqlite(join(gateway.data, 'requests.db'));
  const sql = 'UPDATE telemetry_request_log SET cost_nano = cost_nano + 1 WHERE id = ?';
  await log.write([{ sql, values: [row.request_id] }]);
  await log.close();
  const changed = await recompute();
  assert.equal(changed.code, 1);
  assert.match(changed.output, /3 of 3 costs recomputed, 1 mismatches/);
  assert.match(
    changed.output,
    new RegExp(`FAULT: ${row.request_id} is booked at 0.000070001 USD, and comes to 0.00007`),
  );
});

test('ledger verify says where it looked in vain', async (context) => {
  const nowhere = await runCommand(context, { args: ['ledger', 'verify', '--data', temporaryFolder(context)] });
  assert.equal(nowhere.code, 3);
  assert.match(nowhere.errors, /there is no \S+waybill\.db; start the gateway once/);
});
