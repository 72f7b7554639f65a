import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { chatBody, errorOf } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import {
  type AnswerParts,
  answer,
  chatAnswer,
  chatChunk,
  startStream,
  startUpstream,
  type UpstreamRequest,
  write,
} from '../support/upstream.ts';

const GOOD: AnswerParts = { body: chatAnswer('hello') };
const BROKEN: AnswerParts = { status: 500, body: '{"error":{"message":"oops"}}' };
const UNAUTHORIZED: AnswerParts = { status: 401, body: '{"error":{"message":"Incorrect API key: sk-upstream-one"}}' };
const MODELS = `models:
  one: { price: { input: 2, output: 10 }, deployments: [up/one-large] }
  two: { price: free, deployments: [up/two-small] }`;

type Played = {
  readonly gateway: Gateway;
  readonly asked: () => readonly string[];
  readonly call: (model: string) => ReturnType<Gateway['post']>;
  readonly health: (query?: string) => Promise<Health>;
  readonly configWith: (key: string) => string;
};

type Health = {
  readonly deployments: readonly Readonly<Record<string, unknown>>[];
  readonly probes?: readonly Readonly<Record<string, unknown>>[];
};

async function played(
  context: TestContext,
  script: (request: UpstreamRequest) => void | Promise<void>,
  routing = '{ retries: 0 }',
  args: readonly string[] = [],
): Promise<Played> {
  const asked: string[] = [];
  const upstream = await startUpstream(context, (request) => {
    asked.push(`${request.method} ${request.path}`);
    return script(request);
  });
  const configWith = (key: string): string => `credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: ${key} }
${MODELS}
routing: ${routing}
`;
  const gateway = await startGateway(context, { config: configWith('sk-upstream-one'), args });
  return {
    gateway,
    asked: () => asked,
    configWith,
    call: (model) => gateway.post('/v1/chat/completions', chatBody({ model, max_tokens: 5 })),
    health: async (query = '') => JSON.parse((await gateway.get(`/health${query}`)).text) as Health,
  };
}

test('a key that the upstream refuses rests for all of its models, until it is another one', async (context) => {
  const keys: (string | undefined)[] = [];
  const { gateway, asked, call, configWith } = await played(context, (request) => {
    keys.push(request.headers.authorization);
    return answer(request, request.headers.authorization === 'Bearer sk-upstream-two' ? GOOD : UNAUTHORIZED);
  });
  for (const model of ['one', 'two', 'one']) {
    const refused = await call(model);
    assert.deepEqual([refused.status, errorOf(refused.text).code], [503, 'upstream_credential'], refused.text);
    assert.doesNotMatch(refused.text, /sk-upstream|Incorrect/);
  }
  assert.equal(asked().length, 1, 'no other model asked again');
  const told = gateway.errors().match(/a credential rests/g);
  assert.equal(told?.length, 1, gateway.errors());
  assert.doesNotMatch(gateway.errors(), /sk-upstream-one/);
  writeFileSync(gateway.configFile ?? '', configWith('sk-upstream-two'));
  gateway.child.kill('SIGHUP');
  await eventually(async () => assert.equal((await call('two')).status, 200));
  assert.deepEqual([...new Set(keys)], ['Bearer sk-upstream-one', 'Bearer sk-upstream-two']);
  assert.match(gateway.errors(), /a credential is back/);
});

test('what one worker was refused with, the other does not try', async (context) => {
  const { asked, call } = await played(context, (request) => answer(request, UNAUTHORIZED), undefined, [
    '--workers',
    '2',
  ]);
  assert.equal((await call('one')).status, 503);
  const before = asked().length;
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  // At once, on connections of their own: both workers get some of them.
  const refused = await Promise.all(Array.from({ length: 16 }, () => call('two')));
  for (const { text } of refused) assert.equal(errorOf(text).code, 'upstream_credential');
  assert.equal(asked().length, before);
});

test('one that fails rests alone, answers 503 with a time, and is tried by one call when it is over', async (context) => {
  let broken = true;
  const { asked, call, health } = await played(
    context,
    (request) => answer(request, broken && request.body.includes('one-large') ? BROKEN : GOOD),
    '{ retries: 0, allowed_fails: 2 }',
  );
  for (let calls = 0; calls < 2; calls++) assert.equal((await call('one')).status, 500);
  // On a slow machine the rest may be over before the next call; each further failure makes it longer.
  await eventually(async () => {
    const resting = await call('one');
    assert.deepEqual([resting.status, errorOf(resting.text).code], [503, 'no_deployment']);
    const seconds = Number(resting.headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= 5, `${seconds}`);
  });
  assert.equal((await call('two')).status, 200);
  const [one, two] = (await health()).deployments;
  assert.ok(one?.['state'] === 'open' || one?.['state'] === 'half-open', String(one?.['state']));
  assert.deepEqual([one['cause'], one['uptime_last_5m']], ['failures', 0]);
  assert.deepEqual([two?.['state'], two?.['uptime_last_5m'], two?.['attempts_last_30m']], ['closed', 1, 1]);
  broken = false;
  const before = asked().length;
  await eventually(async () => assert.equal((await call('one')).status, 200), 15_000);
  assert.equal(asked().length, before + 1);
});

test('a client that leaves, in the middle or before anything came, says nothing about the deployment', async (context) => {
  const { gateway, health } = await played(
    context,
    async (request) => {
      if (!request.body.includes('"stream":true')) return;
      startStream(request);
      await write(request.socket, chatChunk('one '));
    },
    '{ retries: 0, allowed_fails: 1 }',
  );
  for (const stream of [true, false, true, false]) {
    const client = await openRaw(context, gateway.port);
    client.socket.write(rawPost('/v1/chat/completions', MASTER_KEY, chatBody({ model: 'one', stream })));
    if (stream) await client.until(/one/);
    else await eventually(async () => assert.equal((await health()).deployments[0]?.['in_flight'], 1));
    client.socket.destroy();
    await eventually(async () => assert.equal((await health()).deployments[0]?.['in_flight'], 0));
  }
  const [one] = (await health()).deployments;
  assert.deepEqual([one?.['state'], one?.['attempts_last_30m'], one?.['uptime_last_5m']], ['closed', 0, null]);
});

test('a stream that breaks off counts when it ends, though it was answered', async (context) => {
  const { gateway, health } = await played(
    context,
    async (request) => {
      startStream(request);
      await write(request.socket, chatChunk('half '));
      request.socket.resetAndDestroy();
    },
    '{ retries: 0, allowed_fails: 1 }',
  );
  await gateway.post('/v1/chat/completions', chatBody({ model: 'one', stream: true })).catch(() => undefined);
  await eventually(async () => assert.equal((await health()).deployments[0]?.['uptime_last_5m'], 0));
  // It rests, or has rested for its second by now.
  assert.equal((await health()).deployments[0]?.['cause'], 'failures');
});

test('probes ask for the list of models and nothing that costs, unless they are told to', async (context) => {
  const { asked, call, health } = await played(
    context,
    (request) =>
      answer(
        request,
        request.method === 'GET' ? { body: '{"data":[]}' } : /"max_tokens":1[,}]/.test(request.body) ? GOOD : BROKEN,
      ),
    '{ retries: 0, allowed_fails: 1, cooldown: 30s }',
  );
  assert.equal((await health()).probes, undefined);
  assert.deepEqual(asked(), []);
  const { probes = [] } = await health('?probe=true');
  assert.deepEqual(asked(), ['GET /v1/models'], 'once for the credential');
  assert.deepEqual(
    probes.map(({ way, found, status }) => [way, found, status]),
    [
      ['models', 'well', 200],
      ['models', 'well', 200],
    ],
  );
  await call('one');
  assert.notEqual((await health()).deployments[0]?.['state'], 'closed');
  const billed = await health('?probe=billed');
  assert.deepEqual(
    billed.probes?.map(({ way }) => way),
    ['chat', 'models'],
  );
  assert.equal(billed.deployments[0]?.['state'], 'half-open');
});

test('probes on a timer end a rest earlier', async (context) => {
  const { asked, call } = await played(
    context,
    (request) =>
      answer(
        request,
        request.method === 'GET' ? { body: '{"data":[]}' } : { ...BROKEN, headers: { 'retry-after': '60' } },
      ),
    '{ retries: 0, probes: { every: 1s, models: one } }',
  );
  await call('one');
  assert.equal((await call('one')).status, 503);
  await eventually(async () => {
    await call('one');
    assert.equal(asked().filter((each) => each.startsWith('POST')).length, 2);
  });
});

test("OpenRouter's endpoints, providers and models; Prometheus' gauges", async (context) => {
  const { gateway, call } = await played(context, (request) => answer(request, GOOD));
  await call('one');
  const endpoints = JSON.parse((await gateway.get('/api/v1/models/one/endpoints')).text) as {
    data: { id: string; endpoints: readonly Readonly<Record<string, unknown>>[] };
  };
  const [endpoint] = endpoints.data.endpoints;
  assert.equal(endpoints.data.id, 'one');
  const { name, tag, status, pricing, uptime_last_30m, latency_last_30m, quantization } = endpoint ?? {};
  assert.deepEqual(
    [name, tag, status, uptime_last_30m, quantization],
    ['OpenAI-compatible server | one-large', 'up', 0, 100, 'unknown'],
  );
  assert.equal((pricing as { prompt: string }).prompt, '0.000002');
  assert.deepEqual(Object.keys(latency_last_30m as object), ['p50', 'p75', 'p90', 'p99']);
  const key = await gateway.createKey({ models: ['two'] });
  assert.equal((await gateway.get('/api/v1/models/one/endpoints', key)).status, 404);
  const models = JSON.parse((await gateway.get('/api/v1/models')).text) as {
    total_count: number;
    data: readonly { id: string; pricing: { completion: string }; architecture: { modality: string } }[];
  };
  const one = models.data.find(({ id }) => id === 'one');
  assert.deepEqual([one?.pricing.completion, one?.architecture.modality], ['0.00001', 'text->text']);
  assert.equal(models.total_count, models.data.length);
  const providers = JSON.parse((await gateway.get('/api/v1/providers')).text) as { data: readonly { slug: string }[] };
  assert.deepEqual(
    providers.data.map(({ slug }) => slug),
    ['openai-compatible', 'up'],
  );
  const { text } = await gateway.get('/metrics');
  assert.match(
    text,
    /litellm_deployment_state\{model_id="\w+",litellm_model_name="one-large",api_provider="openai-compatible"\} 0/,
  );
  assert.match(text, /waybill_deployment_uptime_ratio\{[^}]*window="5m"\} 1/);
});
