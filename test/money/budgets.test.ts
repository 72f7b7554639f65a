import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, type Gateway, runCommand, startGateway } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, PRICE, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { answer, chatAnswer, startUpstream, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
/** What any call of these tests may cost at most, and a little more. */
const ROOM = 0.004;

const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

type Info = Readonly<Record<string, unknown>> & {
  readonly spend: number;
  readonly budget_reset_at: string | null;
  readonly budgets: readonly { readonly spend: number; readonly reset_at: string; readonly per: string }[];
};

async function infoOf(gateway: Gateway, key: string): Promise<Info> {
  const { status, text } = await gateway.get(`/key/info?key=${key}`);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as { info: Info }).info;
}

function ask(gateway: Gateway, key: string, model = 'gpt-4o') {
  return openAiClient(gateway, { apiKey: key }).chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'hello' }],
    max_tokens: OUTPUT,
  });
}

type Metadata = Readonly<Record<'rule' | 'limit' | 'used' | 'asked' | 'window' | 'reset_at', string>>;

async function refused(
  call: Promise<unknown>,
): Promise<{ status: number; message: string; metadata: Metadata; headers: Headers }> {
  const error = await refusalOf(call);
  const { metadata } = error.error as { metadata: Metadata };
  return { status: error.status ?? 0, message: error.message, metadata, headers: error.headers ?? new Headers() };
}

test('a daily and a monthly budget hold at once, and are there after a restart', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly, { more: 'timezone: Asia/Tokyo' });
  const key = await gateway.createKey({
    max_budget: 10,
    budget_duration: '30d',
    budgets: [{ usd: COST + ROOM, per: 'daily', on_exhausted: 'reject' }],
  });
  while ((await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }), key)).status === 200);
  const { status, message, metadata, headers } = await refused(ask(gateway, key));
  assert.equal(status, 402);
  assert.match(message, /Budget has been exceeded! Current cost: 0\.\d+, Max budget: 0\.\d+/);
  assert.equal(metadata.window, '1d');
  const reset = new Date(metadata.reset_at);
  assert.equal(reset.toISOString().slice(11), '15:00:00.000Z', 'midnight in Tokyo');
  assert.equal(headers.get('x-should-retry'), 'false');

  const before = await infoOf(gateway, key);
  assert.ok(before.spend >= COST && before.budgets[0]?.spend === before.spend);
  assert.equal(before.budgets[0]?.reset_at, metadata.reset_at);
  assert.match(before.budget_reset_at ?? '', /T15:00:00\.000Z$/);

  await gateway.stop();
  const again = await startGateway(context, { data: gateway.data, env: { WAYBILL_CONFIG: gateway.configFile ?? '' } });
  assert.deepEqual(await infoOf(again, key), before);
  assert.equal((await refused(ask(again, key))).metadata.window, '1d');
});

test('what a killed process held is charged to the windows that it was held in', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, () => new Promise(() => undefined));
  const key = await gateway.createKey({ max_budget: 10, budget_duration: '1d' });
  void gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }), key).catch(() => undefined);
  await eventually(() => assert.equal(upstream.requests.length, 1));
  await gateway.stop('SIGKILL');
  const again = await startGateway(context, { data: gateway.data, env: { WAYBILL_CONFIG: gateway.configFile ?? '' } });
  const { spend } = await infoOf(again, key);
  assert.ok(spend > 0 && spend < ROOM, `${spend}`);
});

test('a key may have its own budget and limits for each model', async (context) => {
  const more = `
models:
  small: { deployments: [up/small], price: { input: ${PRICE.input}, output: ${PRICE.output} } }
`;
  const upstream = await startUpstream(context, costly);
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
routing: { retries: 0 }
${more}  gpt-4o: { deployments: [up/gpt-4o], price: { input: ${PRICE.input}, output: ${PRICE.output} } }
`,
  });
  const key = await gateway.createKey({
    model_max_budget: { 'gpt-4o': { budget_limit: 0.000001, time_period: '1d' }, small: 5 },
    model_rpm_limit: { small: 2 },
  });
  const { status, metadata } = await refused(ask(gateway, key));
  assert.deepEqual([status, metadata.window], [402, '1d']);
  assert.match(metadata.rule, /^key:\w+\/model:gpt-4o$/);
  for (const spelling of ['gpt-4o-2024-08-06', 'up/gpt-4o']) {
    assert.equal((await refused(ask(gateway, key, spelling))).status, 402, spelling);
  }
  const first = await gateway.post('/v1/chat/completions', chatBody({ model: 'small', max_tokens: OUTPUT }), key);
  assert.equal(first.headers.get('x-litellm-key-remaining-requests-small'), '1');
  await ask(gateway, key, 'small');
  const limited = await refused(ask(gateway, key, 'small'));
  assert.equal(limited.status, 429);
  assert.match(
    limited.message,
    /Rate limit exceeded for model_per_key: \w+:small\. Limit type: requests\. Current limit: 2, Remaining: 0\. Limit resets at: /,
  );
  const info = await infoOf(gateway, key);
  assert.deepEqual(info['model_max_budget'], {
    'gpt-4o': { budget_limit: 0.000001, time_period: '1d' },
    small: { budget_limit: 5, time_period: null },
  });
  assert.deepEqual(info['model_spend'], { 'gpt-4o': 0, small: 2 * COST });
});

test('tokens are reserved, corrected by what was used, and refused with the truth about when', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, costly);
  const key = await gateway.createKey({ tpm_limit: 320 });
  const calls = await Promise.all(
    Array.from({ length: 10 }, () => gateway.post('/v1/chat/completions', chatBody({ max_tokens: 150 }), key)),
  );
  const passed = calls.filter(({ status }) => status === 200).length;
  assert.equal(passed, 1, 'each may take 150 tokens and its input');
  assert.equal(calls.find(({ status }) => status === 200)?.headers.get('x-ratelimit-limit-tokens'), '320');
  await ask(gateway, key);
  const { status, headers, message } = await refused(ask(gateway, key));
  assert.equal(status, 429);
  assert.equal(upstream.requests.length, 2, 'two calls used 300');
  assert.match(message, /Limit type: tokens\. Current limit: 320, Remaining: 20\./);
  const seconds = Number(headers.get('retry-after'));
  assert.ok(seconds > 50 && seconds <= 60, `${seconds}`);
  assert.equal(headers.get('rate_limit_type'), 'tokens');
  assert.equal(headers.get('x-ratelimit-remaining-tokens'), '20');
});

test('places for calls at the same time are held until a call ends, however it ends', async (context) => {
  let answerFirst = (): void => undefined;
  const { gateway, upstream } = await gatewayAndUpstream(context, async (request) => {
    const nth = upstream.requests.length;
    if (nth === 1) await new Promise<void>((resolve) => (answerFirst = resolve));
    if (nth === 2) return new Promise(() => undefined);
    return costly(request);
  });
  const key = await gateway.createKey({ max_parallel_requests: 2 });
  const gone = new AbortController();
  const client = openAiClient(gateway, { apiKey: key });
  const request = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };
  const first = client.chat.completions.create(request);
  await eventually(() => assert.equal(upstream.requests.length, 1));
  const second = client.chat.completions.create(request, { signal: gone.signal });
  await eventually(() => assert.equal(upstream.requests.length, 2));
  const { status, message } = await refused(ask(gateway, key));
  assert.equal(status, 429);
  assert.match(message, /Limit type: max_parallel_requests\. Current limit: 2, Remaining: 0\./);
  gone.abort();
  await assert.rejects(second);
  await eventually(() => ask(gateway, key));
  assert.equal(upstream.requests.length, 3, 'the place of the one that left');
  answerFirst();
  await first;
  await Promise.all([ask(gateway, key), ask(gateway, key)]);
});

test('a provider whose budget is used up is passed over, and told when nobody else is left', async (context) => {
  const upstream = await startUpstream(context, costly);
  const gateway = await startGateway(context, {
    config: `credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k }
  own: { provider: vllm, base_url: "${upstream.url}", api_key: k }
models:
  gpt-4o:
    deployments: [{ use: up/first }, { use: own/second, priority: 2 }]
    price: { input: ${PRICE.input}, output: ${PRICE.output} }
  alone: { deployments: [up/alone], price: { input: ${PRICE.input}, output: ${PRICE.output} } }
  unknown: up/unknown
routing: { retries: 0 }
budgets:
  providers: { openai-compatible: [{ usd: ${COST + ROOM}, per: day }] }
`,
  });
  const models = new Set<unknown>();
  for (let nth = 0; nth < 8; nth++) {
    const made = await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }));
    assert.equal(made.status, 200, made.text);
    models.add((JSON.parse(upstream.requests.at(-1)?.body ?? '{}') as { model: string }).model);
  }
  assert.deepEqual([...models], ['first', 'second']);
  const alone = await gateway.post('/v1/chat/completions', chatBody({ model: 'alone', max_tokens: OUTPUT }));
  assert.equal(alone.status, 402, alone.text);
  assert.match(errorOf(alone.text).message, /'provider:openai-compatible' \(1d\)/);
  const unpriced = await gateway.post('/v1/chat/completions', chatBody({ model: 'unknown', max_tokens: OUTPUT }));
  assert.notEqual(unpriced.status, 200, 'no price passes no hard budget');
  const metrics = await gateway.get('/metrics');
  assert.match(metrics.text, /waybill_budget_events_total\{scope="provider",reached="all"\} 1/);
});

test('a deployment above its rate is passed over, and 429 says when where nobody else is left', async (context) => {
  const upstream = await startUpstream(context, costly);
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  gpt-4o:
    deployments: [{ use: up/first, id: first }, { use: up/second, id: second, priority: 2 }]
    price: free
routing: { retries: 0 }
limits: { deployments: { first: { rph: 2 }, second: { tph: 400 } } }
`,
  });
  const call = () => gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }));
  const answers = [];
  for (let nth = 0; nth < 4; nth++) answers.push(await call());
  assert.deepEqual(
    answers.map(({ headers }) => headers.get('x-litellm-model-id')),
    ['first', 'first', 'second', 'second'],
    'what was expected of the second one was replaced by the 150 that it used',
  );
  const third = (await spendRows(gateway))[1];
  const [plan] = third?.metadata.routing.plans ?? [];
  assert.deepEqual(
    plan?.candidates.map(({ reason }) => reason.split('; ')[1]),
    ['passed over: it was at a limit', undefined],
  );
  assert.equal((await call()).status, 200, '300 are used, and it is expected to take less than 100');
  const { status, text, headers } = await call();
  assert.equal(status, 429, text);
  assert.match(
    errorOf(text).message,
    /Rate limit exceeded for deployment: second\. Limit type: tokens_per_hour\. Current limit: 400/,
  );
  assert.ok(Number(headers.get('retry-after')) > 3_500);
});

test('users, customers and tags have budgets by configuration; soft ones tell and let through', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly, {
    more: `defaults: { key: { limits: { rpm: 50 } } }
budgets:
  gateway: [{ usd: 100, per: month, soft: ${COST} }]
  users: { alice: [{ usd: 0.000001, per: day }] }
  customers: { "*": [{ usd: 0.000001, per: total, on_exhausted: soft }], mallory: [{ usd: 0, per: total }] }
  tags: { batch: [{ usd: 0.000001, per: week, on_exhausted: reject }] }
limits: { customers: { eve: { rpd: 1 } } }
`,
  });
  const key = await gateway.createKey();
  const post = (more: object, headers = {}, by = key) =>
    gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT, ...more }), by, headers);
  const alice = await gateway.createKey({ user_id: 'alice' });
  assert.match((await post({}, {}, alice)).text, /'user:alice' \(1d\)/);
  const anybody = await post({ user: 'anybody' });
  assert.equal(anybody.status, 200, anybody.text);
  assert.equal(anybody.headers.get('x-ratelimit-remaining-requests'), '49');
  assert.match((await post({ user: 'mallory' })).text, /'customer:mallory' \(total\)/);
  assert.match((await post({}, { 'x-litellm-customer-id': 'mallory' })).text, /'customer:mallory' \(total\)/);
  assert.match((await post({}, { 'x-litellm-tags': 'a, batch' })).text, /'tag:batch' \(1w\)/);
  assert.match((await post({ metadata: { tags: ['batch'] } })).text, /'tag:batch' \(1w\)/);
  assert.equal((await post({ user: 'eve' })).status, 200);
  const limited = await post({ user: 'eve' });
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers.get('retry-after')) > 60_000);
  assert.equal(limited.headers.get('x-should-retry'), 'false', 'that is longer than a client should wait');
  await eventually(() => {
    const told = gateway
      .errors()
      .split('\n')
      .filter((line) => line.includes('a soft budget is reached'));
    assert.deepEqual(told.map((line) => (JSON.parse(line) as { budget: string }).budget).sort(), [
      'customer:anybody',
      'gateway',
    ]);
  });
});

test('/key/update changes what it names, at once, and says what is spent already', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const key = await gateway.createKey({ max_budget: 5, rpm_limit: 9, key_alias: 'one', tpm_limit: 90_000 });
  await ask(gateway, key);
  const update = async (fields: object) => {
    const { status, text } = await gateway.post('/key/update', { key, ...fields });
    return { status, body: JSON.parse(text) as Readonly<Record<string, unknown>>, text };
  };
  const lowered = await update({ max_budget: 0.0001, budget_duration: 'weekly', soft_budget: 1, rpm_limit: null });
  assert.equal(lowered.status, 200, lowered.text);
  assert.deepEqual(
    ['max_budget', 'budget_duration', 'soft_budget', 'rpm_limit', 'tpm_limit', 'key_alias'].map(
      (name) => lowered.body[name],
    ),
    [0.0001, 'weekly', 1, null, 90_000, 'one'],
  );
  assert.equal(
    lowered.body['notices'],
    undefined,
    'the week begins with nothing spent: there was no such budget before',
  );
  assert.equal((await refused(ask(gateway, key))).status, 402);
  const total = await update({ budget_duration: null });
  assert.match(String(total.body['notices']), /USD of the budget of 0\.0001 USD \(total\) are spent/);
  assert.equal((await update({ temp_budget_increase: 1 })).status, 400, 'without an end');
  const raised = await update({ temp_budget_increase: 1, temp_budget_expiry: '2s' });
  assert.equal(raised.status, 200, raised.text);
  await ask(gateway, key);
  await eventually(async () => assert.equal((await refused(ask(gateway, key))).status, 402), 6_000);
  const other = await gateway.createKey({ key_alias: 'two' });
  assert.equal((await update({ key_alias: 'two' })).status, 400);
  assert.equal((await gateway.post('/key/update', { key: other, blocked: true }, other)).status, 403);
  assert.equal((await gateway.post('/key/update', { key: 'sk-wb-nobody' })).status, 404);
});

test('a call that might cost a million is refused by a hard budget, and takes nothing from others in a soft one', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const immense = chatBody({ max_tokens: 1e9, n: 128 });
  const [hard, soft] = [
    await gateway.createKey({ max_budget: 1_000_000 }),
    await gateway.createKey({ soft_budget: 1 }),
  ];
  assert.equal((await gateway.post('/v1/chat/completions', immense, hard)).status, 402);
  const all = await Promise.all(Array.from({ length: 20 }, () => gateway.post('/v1/chat/completions', immense, soft)));
  assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([200]));
});

test('where a call does not fit, one budget lowers its output limit and another refuses it', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const [clamping, rejecting] = await Promise.all(
    ['clamp', 'reject'].map((policy) =>
      gateway.createKey({ budgets: [{ usd: 0.05, per: '1d', on_exhausted: policy }] }),
    ),
  );
  const clamped = await gateway.post('/v1/chat/completions', chatBody(), clamping);
  assert.equal(clamped.status, 200, clamped.text);
  assert.ok(Number(clamped.headers.get('x-waybill-max-output-tokens')) >= 1_024);
  assert.equal((await gateway.post('/v1/chat/completions', chatBody(), rejecting)).status, 402);
  assert.equal((await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }), rejecting)).status, 200);
});

test('a key without a budget shows what it spends', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const key = await gateway.createKey();
  await ask(gateway, key);
  assert.equal((await infoOf(gateway, key)).spend, COST);
});

const BAD = [
  [{ max_budget: -1 }, /max_budget/],
  [{ max_budget: 'ten' }, /max_budget/],
  [{ max_budget: '1e3' }, /max_budget/],
  [{ max_budget: 1e30 }, /max_budget/],
  [{ soft_budget: 1e-12 }, /a nanodollar at least/],
  [{ budget_duration: 'fortnight' }, /30s, 30m, 24h, 1d, 7d, 30d/],
  [{ budget_duration: '0d' }, /expected a period/],
  [{ budgets: [{ usd: 1 }] }, /budgets\.0\.per/],
  [{ budgets: [{ usd: 1, per: 'day', on_exhausted: 'explode' }] }, /on_exhausted/],
  [{ model_max_budget: { m: { budget_limit: 1, time_period: 'x' } } }, /model_max_budget/],
  [{ tpm_limit: 0 }, /tpm_limit/],
  [{ rpm_limit: 1.5 }, /rpm_limit/],
  [{ temp_budget_increase: 1, temp_budget_expiry: 'soon' }, /temp_budget_expiry/],
] as const;

test('what is no amount, no period and no limit is refused by its name', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  for (const [fields, message] of BAD) {
    const { status, text } = await gateway.post('/key/generate', fields);
    assert.equal(status, 400, `${JSON.stringify(fields)}: ${text}`);
    assert.match(errorOf(text).message, message);
  }
  const { text } = await gateway.post('/key/generate', '{"max_budget": NaN}');
  assert.match(text, /JSON/);
  const exact = await gateway.createKey({ max_budget: '0.123456789', soft_budget: 0.1 + 0.2 });
  const info = await infoOf(gateway, exact);
  assert.deepEqual([info['max_budget'], info['soft_budget']], [0.123456789, 0.3]);
});

test('the command line makes keys with budgets and limits', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const create = (...args: readonly string[]) =>
    runCommand(context, { args: ['key', 'create', '--url', gateway.url, '--json', ...args], data: gateway.data });
  const flags = ['--max-budget', '20', '--budget-duration', 'monthly', '--soft-budget', '10', '--tpm', '9000'];
  const models = ['--parallel', '3', '--model-budget', 'gpt-4o=5/1d', 'a/b=c=2', '--model-rpm', 'gpt-4o=7'];
  const { code, output, errors } = await create(...flags, ...models);
  assert.equal(code, 0, errors);
  const { key } = JSON.parse(output) as { key: string };
  const info = await infoOf(gateway, key);
  assert.deepEqual(
    ['max_budget', 'budget_duration', 'soft_budget', 'tpm_limit', 'max_parallel_requests'].map((name) => info[name]),
    [20, 'monthly', 10, 9_000, 3],
  );
  assert.deepEqual(
    [info['model_max_budget'], info['model_rpm_limit']],
    [
      { 'gpt-4o': { budget_limit: 5, time_period: '1d' }, 'a/b=c': { budget_limit: 2, time_period: null } },
      { 'gpt-4o': 7 },
    ],
  );
  for (const wrong of ['gpt-4o', 'gpt-4o=', '=5', 'gpt-4o=1.2.3']) {
    const failed = await create('--model-budget', wrong);
    assert.notEqual(failed.code, 0, wrong);
    assert.match(failed.errors, /--model-budget: expected a model and a number/);
  }
});
