import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Gateway, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody, errorOf, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

type Explanation = {
  readonly model: { readonly requested: string; readonly resolved_by: string };
  readonly strategy: string;
  readonly dialect: string;
  readonly stream: boolean;
  readonly caller: { readonly key_id: string; readonly key_alias: string | null };
  readonly candidates: readonly Place[];
  readonly excluded: readonly (Place & {
    readonly by: string;
    readonly field: string | null;
    readonly objections: readonly string[];
  })[];
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly hold: {
    readonly outcome: string;
    readonly asked_usd: number;
    readonly budget: { readonly free_usd: number; readonly held_usd: number; readonly limit_usd: number } | null;
    readonly max_output_tokens: number | null;
  };
  readonly refusal: { readonly status: number; readonly message: string } | null;
};

type Place = {
  readonly position: number;
  readonly provider: string;
  readonly credential?: string;
  readonly reason: string;
  readonly in_flight: number;
  readonly expected_cost_usd: number | null;
  readonly price: { readonly input: number; readonly output: number } | null;
  readonly limits: { readonly rpm?: { readonly limit: number; readonly used: number } };
  readonly standing: { readonly state: string; readonly cause: string | null; readonly for_ms: number };
};

const HELLO = [{ role: 'user', content: 'hello' }];

const CONFIG = (a: string, b: string): string => `credentials:
  first-account: { provider: openai-compatible, base_url: "${a}", api_key: sk-first-secret-0123456789 }
  second-account: { provider: anthropic, base_url: "${b}", api_key: sk-second-secret-0123456789 }
models:
  gpt-4o:
    price: { input: 2, output: 10 }
    deployments: [{ use: first-account/gpt-4o, limits: { rpm: 100 } }, { use: second-account/claude, priority: 2 }]
    fallbacks: { error: [stand-in] }
  stand-in: { price: free, deployments: [second-account/claude] }
  claude: { price: { input: 3, output: 15 }, deployments: [second-account/claude-sonnet-4-5] }
routing: { retries: 0, allowed_fails: 1, cooldown: 60s, strategy: ordered }
`;

async function start(test: TestContext): Promise<{ readonly gateway: Gateway; readonly upstream: Upstream }> {
  let isBroken = true;
  const upstream = await startUpstream(test, (request) => {
    const parts = isBroken ? { status: 500, body: '{"error":{"message":"oops"}}' } : { body: chatAnswer('hello') };
    isBroken = false;
    return answer(request, parts);
  });
  return { gateway: await startGateway(test, { config: CONFIG(upstream.url, upstream.url) }), upstream };
}

async function explained(gateway: Gateway, body: unknown, key?: string): Promise<Explanation> {
  const { status, text } = await gateway.post('/utils/explain', body, key);
  assert.equal(status, 200, text);
  return JSON.parse(text) as Explanation;
}

test('a call is explained, and nothing is sent, held, counted or recorded', async (context) => {
  const { gateway, upstream } = await start(context);
  const key = await gateway.createKey({ key_alias: 'ci', max_budget: 5, rpm_limit: 1 });
  const body = { model: 'gpt-4o', max_tokens: 1_000, messages: HELLO };
  let told = await explained(gateway, body, key);
  for (let times = 0; times < 3; times++) told = await explained(gateway, body, key);
  assert.deepEqual(told.model, { requested: 'gpt-4o', name: 'gpt-4o', resolved_by: 'configured' });
  assert.deepEqual([told.strategy, told.dialect, told.stream], ['ordered', 'openai-chat', false]);
  assert.equal(told.caller.key_alias, 'ci');
  assert.deepEqual(
    told.candidates.map(({ position, provider, reason, in_flight: inFlight }) => [
      position,
      provider,
      reason,
      inFlight,
    ]),
    [
      [1, 'openai-compatible', 'priority 1, ordered', 0],
      [2, 'anthropic', 'priority 2, ordered', 0],
    ],
  );
  const [first] = told.candidates;
  assert.deepEqual(first?.price, { input: 2, output: 10, request: 0 });
  assert.ok((first?.expected_cost_usd ?? 0) > 0.01, 'a thousand tokens at 10 USD a million');
  assert.deepEqual(first?.limits, { rpm: { limit: 100, used: 0 } });
  assert.equal(first?.standing.state, 'closed');
  assert.deepEqual(told.fallbacks, { error: ['stand-in'] });
  assert.equal(told.hold.outcome, 'passes');
  assert.deepEqual([told.hold.budget?.free_usd, told.hold.budget?.held_usd], [5, 0]);
  assert.equal(told.refusal, null);
  assert.equal(upstream.requests.length, 0);
  assert.deepEqual(await spendRows(gateway), []);
  await gateway.post('/v1/chat/completions', chatBody(), key);
  assert.equal(upstream.requests.length, 2, 'its one request was left');
});

test('a deployment that rests is left out with its reason, and the refusal is foreseen', async (context) => {
  const { gateway } = await start(context);
  await gateway.post('/v1/chat/completions', chatBody());
  const told = await explained(gateway, { path: '/v1/messages', body: { ...JSON.parse(chatBody()), max_tokens: 9 } });
  assert.equal(told.dialect, 'anthropic-messages');
  const resting = told.excluded.filter(({ by }) => by === 'cooldown');
  assert.ok(resting.length > 0);
  assert.ok(resting.every(({ standing }) => standing.state === 'open' && standing.for_ms > 50_000));
  if (told.candidates.length === 0) assert.equal(told.refusal?.status, 503);
});

test('what a request asks of its providers is told with the field that asked for it', async (context) => {
  const { gateway } = await start(context);
  const told = await explained(gateway, { model: 'gpt-4o', messages: HELLO, provider: { ignore: ['anthropic'] } });
  assert.deepEqual(
    told.excluded.map(({ provider, by, field, objections }) => [provider, by, field, objections.length]),
    [['anthropic', 'allowed_providers', 'provider.ignore', 1]],
  );
  assert.deepEqual(told.preferences, { ignore: ['anthropic'], own_members: ['provider'] });
  const nobody = { model: 'gpt-4o', messages: HELLO, provider: { ignore: ['anthropic', 'openai-compatible'] } };
  const { candidates, refusal } = await explained(gateway, nobody);
  assert.deepEqual([candidates.length, refusal?.status], [0, 404]);
  const asked = await gateway.post('/v1/chat/completions', nobody, undefined, { 'x-waybill-explain': '1' });
  assert.deepEqual([asked.status, errorOf(asked.text).message], [404, refusal?.message]);
  assert.match(asked.headers.get('x-waybill-plan') ?? '', /"by":"allowed_providers"/);
});

test('for whom: credentials are the operator’s; the master key explains for others', async (context) => {
  const { gateway } = await start(context);
  const key = await gateway.createKey({ key_alias: 'narrow', models: ['stand-in'], max_budget: 0.000001 });
  const own = await explained(gateway, { model: 'stand-in', messages: HELLO }, key);
  const narrow = await gateway.createKey({ models: ['gpt-4o'] });
  assert.deepEqual((await explained(gateway, { model: 'gpt-4o', messages: HELLO }, narrow)).fallbacks, { error: [] });
  assert.doesNotMatch(JSON.stringify(own), /account|secret|127\.0\.0\.1/);
  const operator = await explained(gateway, { model: 'stand-in', messages: HELLO });
  assert.equal(operator.candidates[0]?.credential, 'second-account');
  assert.doesNotMatch(JSON.stringify(operator), /secret|127\.0\.0\.1/);

  const other = { as_key: 'narrow', path: '/v1/chat/completions', body: { model: 'stand-in', messages: HELLO } };
  assert.equal((await explained(gateway, other)).caller.key_alias, 'narrow');
  const asTenant = await gateway.post('/utils/explain', other, key);
  assert.deepEqual([asTenant.status, errorOf(asTenant.text).code], [403, 'permission_denied']);
  const nobody = await gateway.post('/utils/explain', { ...other, as_key: 'nobody' });
  assert.equal(nobody.status, 404);
  assert.equal((await gateway.post('/utils/explain', other, '')).status, 401);
});

test('what would be refused is refused, as the door of the call would', async (context) => {
  const { gateway } = await start(context);
  const key = await gateway.createKey({ models: ['stand-in'] });
  const denied = await gateway.post('/utils/explain', { body: { model: 'gpt-4o', messages: HELLO } }, key);
  assert.deepEqual([denied.status, errorOf(denied.text).code], [403, 'model_access_denied']);
  const messages = { path: '/v1/messages', body: { model: 'nope', max_tokens: 1, messages: HELLO } };
  const unknown = await gateway.post('/utils/explain', messages);
  assert.equal(unknown.status, 404);
  assert.match(unknown.text, /^\{"type":"error","error":\{"type":"not_found_error"/);
  const broken = await gateway.post('/utils/explain', { body: { messages: HELLO } });
  assert.deepEqual([broken.status, errorOf(broken.text).message.includes("'model'")], [400, true], broken.text);
  assert.equal((await gateway.post('/utils/explain', { path: '/health', body: {} })).status, 404);
});

test('a budget that has no room says so, or with how many output tokens it would pass', async (context) => {
  const { gateway } = await start(context);
  const key = await gateway.createKey({ max_budget: 1 });
  const call = { model: 'claude', messages: HELLO };
  assert.equal((await explained(gateway, { ...call, max_tokens: 200_000 }, key)).hold.outcome, 'exceeded');
  const small = await gateway.createKey({ max_budget: 0.1 });
  const clamped = await explained(gateway, call, small);
  assert.equal(clamped.hold.outcome, 'clamped');
  assert.ok((clamped.hold.max_output_tokens ?? 0) > 1_024);
  assert.equal(clamped.hold.budget?.held_usd, 0);
});

test('the request that would go upstream, and what may be in it', async (context) => {
  const { gateway, upstream } = await start(context);
  const asked = { call_type: 'completion', request_body: { ...JSON.parse(chatBody()), model: 'claude' } };
  const { status, text } = await gateway.post('/utils/transform_request', asked);
  assert.equal(status, 200, text);
  const told = JSON.parse(text) as { raw_request_body: Record<string, unknown>; dialect: string; path: string };
  assert.equal(told.dialect, 'anthropic-messages');
  assert.equal(told.raw_request_body['model'], 'claude-sonnet-4-5');
  assert.ok(typeof told.raw_request_body['max_tokens'] === 'number');
  assert.doesNotMatch(text, /secret|127\.0\.0\.1/);
  assert.equal(upstream.requests.length, 0);
  assert.equal((await gateway.post('/utils/transform_request', { call_type: 'x', request_body: {} })).status, 400);

  const parameters = async (model: string): Promise<readonly string[]> => {
    const found = await gateway.get(`/utils/supported_openai_params?model=${model}`);
    assert.equal(found.status, 200, found.text);
    return (JSON.parse(found.text) as { supported_openai_params: string[] }).supported_openai_params;
  };
  const [openai, claude] = [await parameters('gpt-4o'), await parameters('claude')];
  assert.ok(openai.includes('seed') && openai.includes('tools') && openai.includes('logit_bias'));
  assert.ok(claude.includes('tools') && claude.includes('stream'));
  assert.ok(!claude.includes('logit_bias') && !claude.includes('seed'), claude.join());
  assert.equal((await gateway.get('/utils/supported_openai_params?model=nope')).status, 404);
});

test('waybill explain asks the gateway that runs, and reads the configuration where none does', async (context) => {
  const { gateway } = await start(context);
  const explain = (...args: string[]) =>
    runCommand(context, { args: ['explain', ...args, '--port', String(gateway.port)], data: gateway.data });
  const told = await explain('gpt-4o', '--stream');
  assert.equal(told.code, 0, told.errors);
  assert.equal(told.errors, '');
  assert.match(told.output, /^gpt-4o is gpt-4o \(configured\), streamed, in openai-chat\nstrategy ordered; at most/);
  assert.match(told.output, /^1 {2}\w{16} {2}openai-compatible {2}first-account/m);
  assert.match(told.output, /rpm 0\/100 .* priority 1, ordered$/m);

  const json = await explain('gpt-4o', '--json', '--header', 'x-session-id: s1');
  assert.equal((JSON.parse(json.output) as Explanation & { session: string }).session, 's1');
  const key = await gateway.createKey({ models: ['stand-in'] });
  const denied = await explain('gpt-4o', '--key', key);
  assert.equal(denied.code, 1);
  assert.match(denied.errors, /may not use the model 'gpt-4o'/);

  await gateway.stop();
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'body.json'), JSON.stringify({ input: 'hello', max_output_tokens: 7 }));
  const args = ['explain', 'gpt-4o', '--path', '/v1/responses', '--body', join(folder, 'body.json')];
  const offline = await runCommand(context, { args, config: CONFIG('http://127.0.0.1:1/v1', 'http://127.0.0.1:1/v1') });
  assert.equal(offline.code, 0, offline.errors);
  assert.match(offline.errors, /No gateway answers at .*configuration/);
  assert.match(offline.output, /plain, in openai-responses/);
  assert.equal((await explain('gpt-4o', '--url', gateway.url)).code, 1);
});
