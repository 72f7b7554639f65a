import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway, type GatewayOptions, runCommand, temporaryFolder } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { openRouterClient } from '../support/openrouter-client.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

/** Ten tokens in, fifty out. */
const COST = 0.00052;
/** At most 100 tokens out, and a body of some 80 bytes and the thousand that is feared. */
const MOST_HELD = 0.0033;
const LASTS_MS = 10_000;

type Info = {
  readonly balance: number;
  readonly expired: number;
  readonly used: number;
  readonly open: readonly { readonly id: string; readonly remaining: number; readonly expires_at: string | null }[];
};

async function infoOf(gateway: Gateway): Promise<Info> {
  return JSON.parse((await gateway.get('/credits/info?organization_id=acme')).text) as Info;
}

async function grant(gateway: Gateway, id: string, body: object): Promise<{ readonly expires_at: string | null }> {
  const headers = { 'idempotency-key': id };
  const made = await gateway.post('/credits/grant', { organization_id: 'acme', ...body }, undefined, headers);
  assert.equal(made.status, 200, made.text);
  return (JSON.parse(made.text) as { credit: { expires_at: string | null } }).credit;
}

async function creditsEnd(context: TestContext, options: GatewayOptions): Promise<void> {
  const data = temporaryFolder(context);
  const { gateway } = await gatewayAndUpstream(
    context,
    (request) => answer(request, { body: chatAnswer('hi', 10, 50) }),
    { ...options, data },
  );
  await gateway.post('/organization/new', { organization_id: 'acme', organization_alias: 'acme', pays: 'prepaid' });
  const key = await gateway.createKey({ organization_id: 'acme' });
  const call = () => gateway.post('/api/v1/chat/completions', chatBody({ max_tokens: 100 }), key);
  for (const [expires_at, expected] of [
    ['2020-01-01T00:00:00Z', /is over: give a moment to come/],
    ['tomorrow', /expires_at/],
  ] as const) {
    const body = { organization_id: 'acme', amount: 1, expires_at };
    const refused = await gateway.post('/credits/grant', body, undefined, { 'idempotency-key': 'bad' });
    assert.equal(refused.status, 400);
    assert.match(refused.text, expected);
  }

  await grant(gateway, 'ever', { amount: '0.01' });
  const endsAtMs = Date.now() + LASTS_MS;
  const soon = { amount: 1, expires_at: new Date(endsAtMs).toISOString(), category: 'promotional' };
  assert.equal((await grant(gateway, 'soon', soon)).expires_at, soon.expires_at);
  assert.equal((await call()).status, 200);
  await eventually(async () => {
    const { used, balance, open } = await infoOf(gateway);
    if (Date.now() < endsAtMs) assert.deepEqual([used, balance], [COST, 1.01 - COST]);
    if (Date.now() < endsAtMs)
      assert.deepEqual(
        open.map(({ id }) => id),
        ['soon', 'ever'],
        'what ends first is used first',
      );
  });
  await eventually(async () => {
    const { balance, expired, open } = await infoOf(gateway);
    assert.ok(Math.abs(balance - 0.01) < 1e-9, `${balance} is left`);
    assert.ok(Math.abs(expired - (1 - COST)) < 1e-9, `${expired} has ended`);
    assert.deepEqual(
      open.map(({ id, remaining }) => [id, remaining]),
      [['ever', 0.01]],
    );
  }, 30_000);
  const { data: credits } = await openRouterClient(gateway, key).credits.getCredits();
  assert.ok(Math.abs(credits.totalCredits - credits.totalUsage - 0.01) < 1e-9);

  // What is over is held back by nobody: the rest can be spent to its end, and no more.
  await eventually(async () => {
    assert.equal((await call()).status, 402);
    const { balance } = await infoOf(gateway);
    assert.ok(balance >= 0 && balance < MOST_HELD, `refused with ${balance}`);
  }, 60_000);
  const { text } = await gateway.get('/audit?object_id=acme&page_size=100');
  assert.equal((text.match(/"credits\.change"/g) ?? []).length, 2, text);
  assert.match(text, /"credit\\?":\\?"soon/);
  await gateway.stop();
  const env = { ...options.env };
  const verified = await runCommand(context, { args: ['ledger', 'verify', '--json'], data, env });
  assert.equal(verified.code, 0, verified.output + verified.errors);
}

test('credits end with their time, whoever holds them in reserve', (context) => creditsEnd(context, {}));

test('credits end on Postgres and for two workers', { skip: postgresMissing() }, async (context) => {
  const server = await startPostgres();
  context.after(() => server.stop());
  const env = { DATABASE_URL: await server.createDatabase(), WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!' };
  await creditsEnd(context, { env, args: ['--workers', '2'] });
});
