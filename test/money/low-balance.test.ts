import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, type Gateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

function toldBy(gateway: Gateway): readonly Readonly<Record<string, unknown>>[] {
  const lines = `${gateway.output()}\n${gateway.errors()}`.split('\n').filter((line) => line.includes('run low'));
  return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

test('credits that run low are told once, by one of two workers', async (context) => {
  const { gateway } = await gatewayAndUpstream(
    context,
    (request) => answer(request, { body: chatAnswer('hi', 10, 50) }),
    { args: ['--workers', '2'], more: 'defaults: { organization: { low_balance: { share: 0.5 } } }' },
  );
  const made = { organization_id: 'acme', organization_alias: 'acme', pays: 'prepaid' };
  assert.equal((await gateway.post('/organization/new', made)).status, 200);
  const key = await gateway.createKey({ organization_id: 'acme' });
  const call = async (): Promise<void> => {
    const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ max_tokens: 50 }), key);
    assert.equal(status, 200, text);
  };
  const granted = { organization_id: 'acme', amount: '0.02' };
  const headers = { 'idempotency-key': 'one' };
  assert.equal((await gateway.post('/credits/grant', granted, undefined, headers)).status, 200);
  // 0.00052 each: after the twentieth there is less than a half.
  for (let nth = 0; nth < 19; nth++) await call();
  assert.deepEqual(toldBy(gateway), []);
  await call();
  await eventually(() => assert.equal(toldBy(gateway).length, 1));
  for (let nth = 0; nth < 3; nth++) await call();
  const metrics = await eventually(async () => {
    const { text } = await gateway.get('/metrics');
    assert.match(text, /waybill_budget_events_total\{scope="wallet",reached="low"[^}]*\} 1/);
    return text;
  });
  assert.equal(metrics.match(/reached="low"/g)?.length, 1);
  const [told = {}] = toldBy(gateway);
  assert.deepEqual([told['organization'], told['balance_usd'], told['low_below_usd']], ['acme', '0.0096', '0.01']);
  await gateway.stop();
  assert.equal(toldBy(gateway).length, 1);
});
