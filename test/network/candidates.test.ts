import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody, type SpendRow, spendRows } from '../support/one-upstream.ts';
import { type AnswerParts, answer, chatAnswer, startUpstream, type UpstreamRequest } from '../support/upstream.ts';

const GOOD: AnswerParts = { body: chatAnswer('hello') };
const BROKEN: AnswerParts = { status: 500, body: '{"error":{"message":"oops"}}' };
const BUSY: AnswerParts = { status: 429, headers: { 'retry-after': '30' }, body: '{"error":{"message":"slow down"}}' };

type Two = {
  readonly gateway: Gateway;
  /** What each answers; changed by tests as they go. */
  readonly says: { a: AnswerParts; b: AnswerParts };
  readonly asked: () => string;
  readonly call: (model?: string, key?: string) => ReturnType<Gateway['post']>;
};

/** Two upstreams, `a` and `b`; `models` and the rest are YAML. */
async function two(test: TestContext, models: string, routing: string): Promise<Two> {
  const says = { a: GOOD, b: GOOD };
  let asked = '';
  const script = (name: 'a' | 'b') => (request: UpstreamRequest) => {
    asked += name;
    return answer(request, says[name]);
  };
  const [a, b] = [await startUpstream(test, script('a')), await startUpstream(test, script('b'))];
  const gateway = await startGateway(test, {
    config: `credentials:
  a: { provider: openai-compatible, base_url: "${a.url}", api_key: k }
  b: { provider: openai-compatible, base_url: "${b.url}", api_key: k }
models:
${models}
routing: ${routing}
`,
  });
  return {
    gateway,
    says,
    asked: () => asked,
    call: (model = 'gpt-4o', key) => gateway.post('/v1/chat/completions', chatBody({ model, max_tokens: 5 }), key),
  };
}

async function newestRow(gateway: Gateway): Promise<SpendRow> {
  const [row] = await spendRows(gateway);
  assert.ok(row);
  return row;
}

const FIRST_A = '  gpt-4o: { price: free, deployments: [a/gpt-4o, { use: b/gpt-4o, priority: 2 }] }';

test('the next candidate is tried, and the answer says that it was', async (context) => {
  const { gateway, says, asked, call } = await two(context, FIRST_A, '{ retries: 0 }');
  says.a = BROKEN;
  const answered = await call();
  assert.equal(answered.status, 200, answered.text);
  assert.equal(asked(), 'ab');
  const { metadata } = await newestRow(gateway);
  assert.deepEqual(
    metadata.attempts.map(({ outcome }) => outcome),
    ['upstream_error', 'answered'],
  );
});

test('retries go over the candidates again, after a pause, and no more often than max_attempts', async (context) => {
  const { says, asked, call } = await two(context, FIRST_A, '{ retries: 5, max_attempts: 3, allowed_fails: 100 }');
  says.a = BROKEN;
  says.b = BROKEN;
  const refused = await call();
  assert.deepEqual([refused.status, refused.text], [500, BROKEN.body]);
  assert.equal(asked(), 'aba');
});

test('a deployment that fails rests; one that names a time rests that long', async (context) => {
  const { says, asked, call } = await two(context, FIRST_A, '{ retries: 0, allowed_fails: 2, cooldown: 1s }');
  says.a = BROKEN;
  for (let calls = 0; calls < 4; calls++) assert.equal((await call()).status, 200);
  assert.equal(asked(), 'ababbb', 'after two failures it rests');
  says.a = GOOD;
  await eventually(async () => {
    await call();
    assert.equal(asked().at(-1), 'a', 'and is back after its rest');
  });
  says.a = BUSY;
  await call();
  says.a = GOOD;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await call();
  assert.equal(asked().at(-1), 'b', 'it asked for 30 s');
});

test("retries wait as long as the upstream asks, and are not made where that is longer than anybody's patience", async (context) => {
  const models = '  gpt-4o: { price: free, deployments: [a/gpt-4o] }';
  const { says, asked, call } = await two(context, models, '{ retries: 1, allowed_fails: 100 }');
  says.a = { ...BUSY, headers: { 'retry-after': '1' } };
  const started = performance.now();
  assert.equal((await call()).status, 429);
  assert.ok(performance.now() - started > 900);
  assert.equal(asked(), 'aa');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  says.a = BUSY;
  const refused = await call();
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '30']);
  assert.equal(asked(), 'aaa');
});

test('what the request itself is to blame for is not tried elsewhere', async (context) => {
  const { says, asked, call } = await two(context, FIRST_A, '{ retries: 2 }');
  says.a = { status: 400, body: '{"error":{"message":"no","type":"invalid_request_error"}}' };
  assert.equal((await call()).status, 400);
  assert.equal(asked(), 'a');
});

test('fallbacks are taken for their cause', async (context) => {
  const models = `  gpt-4o:
    price: free
    deployments: [a/gpt-4o]
    fallbacks: { error: [on-error], context_window: [on-length] }
  on-error: { price: free, deployments: [b/for-errors] }
  on-length: { price: free, deployments: [b/for-length] }`;
  const { gateway, says, call } = await two(context, models, '{ retries: 0 }');
  says.a = BROKEN;
  assert.equal((await call()).status, 200);
  assert.equal((await newestRow(gateway)).model, 'for-errors');
  says.a = {
    status: 400,
    body: '{"error":{"message":"This model\'s maximum context length is 8192 tokens.","code":"context_length_exceeded"}}',
  };
  assert.equal((await call()).status, 200);
  assert.equal((await newestRow(gateway)).model, 'for-length');
});

test('fallbacks are taken, too, where there is nobody to try because all rest', async (context) => {
  const models = `  gpt-4o: { price: free, deployments: [a/gpt-4o], fallbacks: { error: [other] } }
  other: { price: free, deployments: [b/other] }`;
  const { says, asked, call } = await two(context, models, '{ retries: 0 }');
  says.a = { ...BROKEN, headers: { 'retry-after': '60' } };
  for (let calls = 0; calls < 3; calls++) assert.equal((await call()).status, 200);
  assert.equal(asked(), 'abbb');
});

test('a deployment takes no more calls at once than its limit, and gives every slot back', async (context) => {
  const models = '  gpt-4o: { price: free, deployments: [{ use: a/gpt-4o, limits: { parallel: 2 } }] }';
  const { says, asked, call } = await two(context, models, '{ retries: 0, allowed_fails: 100 }');
  const all = await Promise.all(Array.from({ length: 20 }, () => call()));
  const passed = all.filter(({ status }) => status === 200).length;
  assert.ok(passed >= 2 && passed < 20, `${passed}`);
  assert.equal(asked().length, passed);
  says.a = BROKEN;
  for (let calls = 0; calls < 5; calls++) assert.equal((await call()).status, 500);
  says.a = GOOD;
  for (let calls = 0; calls < 5; calls++) assert.equal((await call()).status, 200);
});

test('a dearer fallback that the budget has no room for is passed over, and its slot is free again', async (context) => {
  const models = `  gpt-4o:
    price: { input: 1, output: 1 }
    deployments: [a/gpt-4o]
    fallbacks: { error: [dear] }
  dear: { price: { input: 1000000, output: 1000000 }, deployments: [{ use: b/dear, limits: { parallel: 1 } }] }`;
  const { gateway, says, asked, call } = await two(context, models, '{ retries: 0, allowed_fails: 100 }');
  const key = await gateway.createKey({ max_budget: 1 });
  says.a = BROKEN;
  for (let calls = 0; calls < 3; calls++) assert.equal((await call('gpt-4o', key)).status, 500);
  assert.equal(asked(), 'aaa');
  says.a = GOOD;
  assert.equal((await call('gpt-4o', key)).status, 200);
  assert.equal((await call('dear')).status, 200, 'the slot was not taken by those passed over');
});
