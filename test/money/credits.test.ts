import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody } from '../support/one-upstream.ts';
import { openRouterClient } from '../support/openrouter-client.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

/** At most 100 tokens out at 10 USD for a million, and a body of some 80 bytes and the thousand that is feared, at 2. */
const ASKED = { max_tokens: 100 };
const MOST_HELD = 0.0033;
/** Ten tokens in, fifty out. */
const COST = 0.00052;

type Info = { readonly balance: number; readonly granted: number; readonly refunded: number; readonly used: number };

async function scene(context: TestContext, args: readonly string[] = []) {
  const upstream = await startUpstream(context, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await answer(request, { body: chatAnswer('hi', 10, 50) });
  });
  const data = temporaryFolder(context);
  const config = `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: sk-upstream-secret }
models:
  gpt-4o: { deployments: [{ use: up/a, price: { input: 2, output: 10 } }] }
  gift: { deployments: [{ use: up/b, price: free }] }
  secret: { deployments: [{ use: up/c }] }
`;
  const gateway = await startGateway(context, { config, data, args });
  for (const [id, pays] of Object.entries({ acme: 'prepaid', gratis: 'free', plain: 'metered' })) {
    const made = await gateway.post('/organization/new', { organization_id: id, organization_alias: id, pays });
    assert.equal(made.status, 200, made.text);
  }
  const keyOf = (organization: string): Promise<string> => gateway.createKey({ organization_id: organization });
  return { gateway, upstream, data, keyOf };
}

function move(gateway: Gateway, verb: 'grant' | 'refund', id: string, body: object) {
  return gateway.post(`/credits/${verb}`, body, undefined, { 'idempotency-key': id });
}

function call(gateway: Gateway, key: string, more: object = {}) {
  return gateway.post('/api/v1/chat/completions', chatBody({ ...ASKED, ...more }), key);
}

async function infoOf(gateway: Gateway): Promise<Info> {
  return JSON.parse((await gateway.get('/credits/info?organization_id=acme')).text) as Info;
}

async function assertSound(context: TestContext, data: string): Promise<void> {
  const { code, output } = await runCommand(context, { args: ['ledger', 'verify'], data });
  assert.equal(code, 0, output);
}

test('a prepaid organization spends what it was granted, and is refused beyond that with numbers', async (context) => {
  const { gateway, data, keyOf } = await scene(context);
  const key = await keyOf('acme');
  const refused = await call(gateway, key);
  assert.equal(refused.status, 402, refused.text);
  const { metadata } = (JSON.parse(refused.text) as { error: { metadata: Record<string, unknown> } }).error;
  assert.deepEqual(
    [metadata['limit_source'], metadata['rule'], metadata['limit'], metadata['used']],
    ['openrouter_credits', 'wallet:acme', '0', '0'],
  );
  assert.equal(refused.headers.get('x-should-retry'), 'false');
  assert.equal((await call(gateway, key, { model: 'gift' })).status, 200, 'what is free passes with nothing');
  assert.equal((await call(gateway, key, { model: 'secret' })).status, 402, 'of which nobody knows the price');

  const granted = await move(gateway, 'grant', 'one', { organization_id: 'acme', amount: '0.005', note: 'first' });
  assert.equal(granted.status, 200, granted.text);
  const first = await call(gateway, key);
  assert.equal(first.status, 200, first.text);
  const { data: credits } = await openRouterClient(gateway, key).credits.getCredits();
  assert.deepEqual(credits, { totalCredits: 0.005, totalUsage: COST });
  assert.deepEqual((await openRouterClient(gateway).credits.getCredits()).data, credits, 'of all organizations');
  const { balance, used } = await infoOf(gateway);
  assert.deepEqual([balance, used], [0.00448, COST]);
  await gateway.stop();
  await assertSound(context, data);
});

test('money moves once for each key', async (context) => {
  const { gateway } = await scene(context);
  const body = { organization_id: 'acme', amount: 5 };
  assert.equal((await gateway.post('/credits/grant', body)).status, 400, 'without an Idempotency-Key');
  assert.equal((await move(gateway, 'grant', 'a', { ...body, organization_id: 'nobody' })).status, 404);
  assert.equal((await move(gateway, 'grant', 'a', { ...body, amount: 0 })).status, 400);
  assert.equal((await move(gateway, 'grant', 'a', { ...body, amount: -1 })).status, 400);
  const answers = await Promise.all([1, 2, 3].map(() => move(gateway, 'grant', 'a', body)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(answers.filter(({ text }) => text.includes('"repeated":false')).length, 1);
  assert.equal((await move(gateway, 'grant', 'a', { ...body, amount: 6 })).status, 409);
  assert.equal((await infoOf(gateway)).balance, 5);
  const ordinary = await gateway.createKey({ organization_id: 'acme' });
  assert.equal((await gateway.post('/credits/grant', body, ordinary, { 'idempotency-key': 'b' })).status, 403);
  assert.equal((await gateway.get('/credits/info?organization_id=acme', ordinary)).status, 403);
});

test('what processes have leased and do not need comes back for a refund', async (context) => {
  const { gateway, data, keyOf } = await scene(context);
  const key = await keyOf('acme');
  await move(gateway, 'grant', 'one', { organization_id: 'acme', amount: 1 });
  assert.equal((await call(gateway, key)).status, 200);
  const tooMuch = await move(gateway, 'refund', 'two', { organization_id: 'acme', amount: 1 });
  assert.equal(tooMuch.status, 409, tooMuch.text);
  assert.match(tooMuch.text, /0\.99948 USD are neither spent nor held/);
  const back = await move(gateway, 'refund', 'two', { organization_id: 'acme', amount: 0.99948 });
  assert.equal(back.status, 200, back.text);
  assert.equal((await call(gateway, key)).status, 402);
  await move(gateway, 'grant', 'three', { organization_id: 'acme', amount: 1 });
  assert.equal((await call(gateway, key)).status, 200, 'granted after a refusal: it counts at once');
  await gateway.stop();
  await assertSound(context, data);
});

test('an organization that pays nothing calls what costs nothing; one by budgets needs no credits', async (context) => {
  const { gateway, keyOf } = await scene(context);
  const gratis = await keyOf('gratis');
  assert.equal((await call(gateway, gratis, { model: 'gift' })).status, 200);
  for (const model of ['gpt-4o', 'secret']) {
    const refused = await call(gateway, gratis, { model });
    assert.equal(refused.status, 402, model);
    assert.match(refused.text, /The organization 'gratis' may call free models only/);
  }
  const fallen = await call(gateway, gratis, { models: ['gpt-4o', 'gift'] });
  assert.equal((JSON.parse(fallen.text) as { provider?: string }).provider, 'openai-compatible', fallen.text);
  assert.equal(fallen.headers.get('x-litellm-response-cost'), '0');
  assert.equal((await call(gateway, await keyOf('plain'))).status, 200);
});

test('two processes and a nearly empty wallet: it is spent to the end, and never below', async (context) => {
  const { gateway, data, keyOf } = await scene(context, ['--workers', '2']);
  const keys = await Promise.all([keyOf('acme'), keyOf('acme')]);
  await move(gateway, 'grant', 'one', { organization_id: 'acme', amount: 0.01 });
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async (_, at) => (await call(gateway, keys[at % 2] ?? '')).status),
  );
  const served = statuses.filter((status) => status === 200).length;
  assert.ok(served > 0 && served <= 19, `${served} of 60`);
  assert.deepEqual([...new Set(statuses)].sort(), [200, 402]);
  await eventually(async () => assert.equal((await infoOf(gateway)).used, Math.round(served * COST * 1e9) / 1e9));
  let alone = 0;
  while ((await call(gateway, keys[0] ?? '')).status === 200) alone++;
  const { balance, granted } = await infoOf(gateway);
  assert.equal(granted, 0.01);
  assert.ok(balance >= 0 && balance < MOST_HELD, `${balance} left after ${served} at once and ${alone} alone`);
  await gateway.stop();
  await assertSound(context, data);
});

test('the command line grants and shows', async (context) => {
  const { gateway, data } = await scene(context);
  const args = (...more: readonly string[]) => ['credits', ...more, '--url', gateway.url];
  const first = await runCommand(context, {
    args: args('grant', 'acme', '25', '--note', 'invoice 17', '--idempotency-key', 'k'),
    data,
  });
  assert.match(first.output, /granted \(k\); the balance is 25 USD/, first.errors);
  const again = await runCommand(context, {
    args: args('grant', 'acme', '25', '--note', 'invoice 17', '--idempotency-key', 'k'),
    data,
  });
  assert.match(again.output, /was granted before \(k\); the balance is 25 USD/);
  const shown = await runCommand(context, { args: args('show', 'acme'), data });
  assert.match(
    shown.output,
    /balance 25, granted 25, refunded 0, expired 0, used 0 USD\n.*\tgrant\tpaid\t25 USD\tk\tinvoice 17/,
  );
  const wrong = await runCommand(context, { args: args('grant', 'nobody', '25'), data });
  assert.equal(wrong.code, 1);
  assert.match(wrong.errors, /There is no organization 'nobody'/);
});
