import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, PRICE, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const BODY = chatBody({ max_tokens: OUTPUT });
/** What is reserved: no token is shorter than a byte, and chat templates add some that are not in the body. */
const HELD = ((BODY.length + 1_000) * PRICE.input + OUTPUT * PRICE.output) / 1e6;

const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

async function keyFacts(gateway: Gateway, key: string): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await gateway.get(`/key/info?key=${key}`);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as { info: Record<string, unknown> }).info;
}

test('a budget is never passed, however many calls come at once, and none is refused while there is room', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, costly);
  const budget = 19 * COST + HELD;
  const key = await gateway.createKey({ max_budget: budget });
  const answers = await Promise.all(Array.from({ length: 200 }, () => gateway.post('/v1/chat/completions', BODY, key)));
  const passed = answers.filter(({ status }) => status === 200).length;
  const refused = answers.filter(({ status }) => status === 402);
  assert.equal(passed + refused.length, 200);
  assert.ok(passed >= 1 && passed <= 20, `${passed} passed`);
  // One at a time, until what is left is less than a call may cost.
  let alone = 0;
  while ((await gateway.post('/v1/chat/completions', BODY, key)).status === 200) alone++;
  const total = passed + alone;
  assert.equal(upstream.requests.length, total);
  const { spend, max_budget: limit } = await keyFacts(gateway, key);
  assert.equal(limit, budget);
  assert.ok(Math.abs(Number(spend) - total * COST) < 1e-9, `${spend} and not ${total * COST}`);
  assert.equal(total, 20);
});

test('a refusal for money says what the limit is, what is used, what was asked, and that it is no use to try again', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, costly);
  const key = await gateway.createKey({ max_budget: 0.000001 });
  const refused = await gateway.post('/v1/chat/completions', BODY, key);
  assert.equal(refused.status, 402, refused.text);
  const { message, code } = errorOf(refused.text);
  assert.equal(code, 'insufficient_quota');
  assert.match(message, /^Budget has been exceeded! Current cost: /);
  assert.match(message, /0\.000001/);
  assert.equal(refused.headers.get('x-should-retry'), 'false');
  assert.equal(upstream.requests.length, 0);
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.status, row?.spend], ['failure', 0]);
});

test('a request limit holds exactly, and says when the next call would pass', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, costly);
  const key = await gateway.createKey({ rpm_limit: 7 });
  const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.post('/v1/chat/completions', BODY, key)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 7);
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(refused.length, 43);
  assert.equal(upstream.requests.length, 7);
  for (const { headers } of refused) {
    const seconds = Number(headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= 60, `${seconds}`);
  }
  const other = await gateway.createKey({ rpm_limit: 7 });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, other)).status, 200, 'each key has its own');
});

test('a model without a price is refused where a budget is, and flagged where none is', async (context) => {
  const upstream = await startUpstream(context, costly);
  const free = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models: { homemade: up/homemade }
`,
  });
  const body = chatBody({ model: 'homemade' });
  const bounded = await free.createKey({ max_budget: 5 });
  const refused = await free.post('/v1/chat/completions', body, bounded);
  assert.equal(refused.status, 402, refused.text);
  assert.equal(errorOf(refused.text).code, 'price_unknown');
  assert.match(errorOf(refused.text).message, /price: \{ input:/);
  assert.equal((await free.post('/v1/chat/completions', body)).status, 200);
  const [row] = await spendRows(free);
  assert.equal(row?.metadata.priced, false);
});

test('spend, limits and keys are there after a restart', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, costly);
  const key = await gateway.createKey({ max_budget: COST + HELD, key_alias: 'kept' });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 200);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  const again = await startGateway(context, {
    data: gateway.data,
    env: { WAYBILL_CONFIG: gateway.configFile ?? '' },
  });
  const facts = await keyFacts(again, key);
  assert.deepEqual([facts['spend'], facts['key_alias']], [COST, 'kept']);
  assert.equal((await again.post('/v1/chat/completions', BODY, key)).status, 200);
  assert.equal((await again.post('/v1/chat/completions', BODY, key)).status, 402);
  assert.equal(upstream.requests.length, 2);
  assert.equal((await spendRows(again)).filter(({ status }) => status === 'success').length, 2);
});

test('a key sees what is its own, and may not administer', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const [one, two] = [await gateway.createKey(), await gateway.createKey()];
  const made = await gateway.post('/v1/chat/completions', BODY, one);
  const id = made.headers.get('x-request-id') ?? '';
  assert.equal((await gateway.get(`/api/v1/generation?id=${id}`, one)).status, 200);
  assert.equal((await gateway.get(`/api/v1/generation?id=${id}`, two)).status, 404);
  const seenBy = async (key: string): Promise<number> => {
    const { status, text } = await gateway.get('/spend/logs', key);
    return status === 200 ? (JSON.parse(text) as unknown[]).length : status;
  };
  assert.equal(await seenBy(one), 1);
  assert.equal(await seenBy(two), 0);
  for (const path of ['/key/generate', '/key/delete', '/key/block']) {
    const { status, text } = await gateway.post(path, { key: two, keys: [two] }, one);
    assert.equal(status, 403, `${path}: ${text}`);
  }
  assert.equal((await gateway.get('/key/list', one)).status, 403);
  await gateway.post('/key/delete', { keys: [one] });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, one)).status, 401);
  assert.equal(await seenBy(two), 0);
});

test('keys may be limited to models, blocked, and expire', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const limited = await gateway.createKey({ models: ['other-*'] });
  const refused = await gateway.post('/v1/chat/completions', BODY, limited);
  assert.equal(refused.status, 403, refused.text);
  const listed = JSON.parse((await gateway.get('/v1/models', limited)).text) as { data: unknown[] };
  assert.deepEqual(listed.data, []);

  const key = await gateway.createKey({ duration: '1s' });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 200);
  await gateway.post('/key/block', { key });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 401);
  await gateway.post('/key/unblock', { key });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const expired = await gateway.post('/v1/chat/completions', BODY, key);
  assert.equal(expired.status, 401);
  assert.match(errorOf(expired.text).message, /Expired Key\. Key Expiry time 2/);
});

test('without a request log the money is booked all the same', async (context) => {
  const options = { more: 'request_log: off' };
  const { gateway } = await gatewayAndUpstream(context, costly, options);
  const key = await gateway.createKey({ max_budget: COST + HELD });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 200);
  assert.deepEqual(await spendRows(gateway), []);
  await gateway.stop();
  const again = await startGateway(context, { data: gateway.data, env: { WAYBILL_CONFIG: gateway.configFile ?? '' } });
  assert.equal((await keyFacts(again, key))['spend'], COST);
});
