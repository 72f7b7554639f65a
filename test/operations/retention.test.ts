import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';

test('rows of the request log leave when their time is over, and the books keep what was spent', async (context) => {
  const chat = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'hello' }] };
  const first = await startGateway(context);
  const { text } = await first.post('/key/generate', { max_budget: 1 });
  const { key } = JSON.parse(text) as { key: string };
  assert.equal((await first.post('/v1/chat/completions', chat, key)).status, 200);
  const rowsOf = async ({ get }: Pick<typeof first, 'get'>) =>
    (JSON.parse((await get('/spend/logs')).text) as object[]).length;
  const spendOf = async ({ get }: Pick<typeof first, 'get'>) =>
    (JSON.parse((await get('/key/info', key)).text) as { info: { spend: number } }).info.spend;
  await eventually(async () => assert.equal(await rowsOf(first), 1));
  const spent = await spendOf(first);
  assert.ok(spent > 0);
  await first.stop();

  const kept = await startGateway(context, {
    data: first.data,
    config: 'version: 1\nsandbox: true\ndefaults: { request_log: { retention: 30d } }\n',
  });
  assert.equal(await rowsOf(kept), 1);
  await kept.stop();

  const over = await startGateway(context, {
    data: first.data,
    config: 'version: 1\nsandbox: true\ndefaults: { request_log: { retention: 1ms } }\n',
  });
  await eventually(async () => assert.equal(await rowsOf(over), 0));
  assert.equal(await spendOf(over), spent);
});
