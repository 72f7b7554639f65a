import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody, spendRows } from '../support/one-upstream.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  type Script,
  startStream,
  startUpstream,
  usageChunk,
  write,
} from '../support/upstream.ts';

const ASKED = { 'x-openrouter-metadata': 'Enabled' };
const ANSWER = chatAnswer('hello');
const CHUNKS = [
  chatChunk('he'),
  chatChunk('"finish_reason":"stop"'),
  chatChunk('', { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
];

/** Two upstreams behind one model, the first of them tried first. */
async function two(test: TestContext, first: Script, second: Script, more = ''): Promise<Gateway> {
  const [a, b] = [await startUpstream(test, first), await startUpstream(test, second)];
  return startGateway(test, {
    config: `credentials:
  first-account: { provider: openai-compatible, base_url: "${a.url}", api_key: sk-first-secret-0123456789 }
  second-account: { provider: openai-compatible, base_url: "${b.url}", api_key: sk-second-secret-0123456789 }
models:
  gpt-4o: { price: { input: 2, output: 10 }, deployments: [first-account/gpt-4o, { use: second-account/gpt-4o, priority: 2 }] }
  single: { price: free, deployments: [second-account/gpt-4o-mini] }
routing: { retries: 0, allowed_fails: 1, cooldown: 60s }
${more}`,
  });
}

const broken: Script = (request) =>
  answer(request, {
    status: 500,
    body: '{"error":{"message":"no disk at http://10.0.0.7:8000/v1 for sk-first-secret-0123456789"}}',
  });
const good: Script = (request) => answer(request, { body: ANSWER });
const streaming: Script = async (request) => {
  startStream(request);
  for (const chunk of [...CHUNKS, usageChunk(10, 5), DONE]) await write(request.socket, chunk);
  request.socket.end();
};

type Metadata = {
  readonly requested: string;
  readonly strategy: string;
  readonly summary: string;
  readonly attempt: number;
  readonly is_byok: boolean;
  readonly endpoints: { readonly total: number; readonly available: readonly { readonly selected: boolean }[] };
  readonly attempts: readonly { readonly provider: string; readonly status: number | null }[];
};

function metadataIn(json: string): Metadata {
  const { openrouter_metadata: metadata } = JSON.parse(json) as { openrouter_metadata: Metadata };
  return metadata;
}

function withoutMetadata(json: string): string {
  return json.replace(/,"openrouter_metadata":.*\}(?=\}$)/, '');
}

type HeaderPlan = {
  readonly model: string;
  readonly candidates: readonly { readonly provider: string; readonly reason: string }[];
  readonly excluded: readonly { readonly by: string }[];
};

function planIn(headers: Headers): readonly HeaderPlan[] {
  return JSON.parse(headers.get('x-waybill-plan') ?? '[]') as HeaderPlan[];
}

test('a plain answer tells how it was routed to who asks, and every other byte is as it came', async (context) => {
  const gateway = await two(context, broken, good);
  const plain = await gateway.post('/v1/chat/completions', chatBody());
  assert.equal(plain.text, ANSWER);
  assert.equal(plain.headers.get('x-waybill-plan'), null);

  const told = await gateway.post('/v1/chat/completions', chatBody({ model: 'single' }), undefined, ASKED);
  assert.equal(withoutMetadata(told.text), ANSWER);
  assert.deepEqual(metadataIn(told.text), {
    requested: 'single',
    strategy: 'direct',
    region: null,
    summary: 'available=1, selected=openai-compatible',
    attempt: 1,
    is_byok: false,
    endpoints: {
      total: 1,
      available: [{ provider: 'openai-compatible', model: 'gpt-4o-mini', selected: true }],
    },
    attempts: [{ provider: 'openai-compatible', model: 'gpt-4o-mini', status: 200 }],
    pipeline: [],
  });
  const [plan] = planIn(told.headers);
  assert.equal(plan?.model, 'single');
  assert.deepEqual(
    plan.candidates.map(({ provider, reason }) => [provider, reason]),
    [['openai-compatible', 'the only deployment']],
  );
});

test('a failover is told: what failed, who answered, and whom the next plan leaves out', async (context) => {
  const gateway = await two(context, broken, good);
  const over = await gateway.post('/v1/chat/completions', chatBody(), undefined, ASKED);
  const metadata = metadataIn(over.text);
  assert.deepEqual(
    [
      metadata.attempt,
      metadata.attempts.map(({ status }) => status),
      metadata.endpoints.available.map((e) => e.selected),
    ],
    [2, [500, 200], [false, true]],
  );
  const next = await gateway.post('/v1/chat/completions', chatBody(), undefined, { 'x-waybill-explain': '1' });
  const [plan] = planIn(next.headers);
  assert.deepEqual(
    plan?.excluded.map(({ by }) => by),
    ['cooldown'],
  );
  assert.equal(metadataIn(next.text).endpoints.total, 2);
});

test('a stream has it in its last chunk before [DONE], whatever the model writes', async (context) => {
  const gateway = await two(context, streaming, good);
  const body = chatBody({ stream: true, stream_options: { include_usage: true } });
  const untold = await gateway.post('/v1/chat/completions', body);
  assert.equal(untold.text, [...CHUNKS, usageChunk(10, 5), DONE].join(''));

  const told = await gateway.post('/v1/chat/completions', body, undefined, ASKED);
  const events = told.text.split('\n\n').filter((event) => event !== '');
  assert.equal(events.at(-1), 'data: [DONE]');
  const last = events.at(-2)?.slice('data: '.length) ?? '';
  assert.equal(metadataIn(last).summary, 'available=2, selected=openai-compatible');
  events[events.length - 2] = `data: ${withoutMetadata(last)}`;
  assert.equal(`${events.join('\n\n')}\n\n`, untold.text);
  assert.equal(planIn(told.headers)[0]?.candidates.length, 2);

  // Nobody asked for the usage: the chunk with the finish is the last one.
  const without = await gateway.post('/v1/chat/completions', chatBody({ stream: true }), undefined, ASKED);
  const before = without.text.split('\n\n').at(-3)?.slice('data: '.length) ?? '';
  assert.match(before, /"finish_reason":"stop"/);
  assert.equal(metadataIn(before).attempt, 1);
});

test('a stream that breaks off gives what it had, and the error', async (context) => {
  const breaking: Script = async (request) => {
    startStream(request);
    for (const chunk of CHUNKS) await write(request.socket, chunk);
    request.socket.resetAndDestroy();
  };
  const gateway = await two(context, breaking, good);
  const told = await gateway.post('/v1/chat/completions', chatBody({ stream: true }), undefined, ASKED);
  assert.ok(told.text.startsWith(CHUNKS.join('')), told.text);
  assert.match(told.text.slice(CHUNKS.join('').length), /^data: \{"error":/);
  assert.doesNotMatch(told.text, /openrouter_metadata|DONE/);
});

test('other dialects: the terminal event of Messages and Responses; of the rest, the header', async (context) => {
  const gateway = await two(context, streaming, streaming);
  const messages = { model: 'gpt-4o', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hello' }] };
  const claude = await gateway.post('/v1/messages', messages, undefined, ASKED);
  const stop = /event: message_stop\ndata: (.*)\n/.exec(claude.text)?.[1] ?? '';
  assert.equal(metadataIn(stop).requested, 'gpt-4o');

  const responses = await gateway.post(
    '/v1/responses',
    { model: 'gpt-4o', stream: true, input: 'hello' },
    undefined,
    ASKED,
  );
  const completed = /event: response.completed\ndata: (.*)\n/.exec(responses.text)?.[1] ?? '';
  const { response } = JSON.parse(completed) as { response: unknown };
  assert.equal(metadataIn(JSON.stringify(response)).requested, 'gpt-4o');

  const contents = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };
  const gemini = await gateway.post('/v1beta/models/gpt-4o:generateContent', contents, undefined, ASKED);
  assert.equal(gemini.status, 200, gemini.text);
  assert.doesNotMatch(gemini.text, /openrouter_metadata/);
  assert.equal(planIn(gemini.headers)[0]?.candidates.length, 2);
});

test('a refusal tells it beside its error', async (context) => {
  const gateway = await two(context, broken, broken);
  const failed = await gateway.post('/v1/chat/completions', chatBody(), undefined, ASKED);
  assert.equal(failed.status, 500);
  assert.deepEqual(
    metadataIn(failed.text).attempts.map(({ status }) => status),
    [500, 500],
  );
  const resting = await gateway.post('/v1/chat/completions', chatBody(), undefined, ASKED);
  assert.equal(resting.status, 503, resting.text);
  assert.deepEqual(
    planIn(resting.headers)[0]?.excluded.map(({ by }) => by),
    ['cooldown', 'cooldown'],
  );
  assert.equal(metadataIn(resting.text).summary, 'available=0, selected=none');
});

test('the request log and the generation have plan and attempts; credentials are the operator’s', async (context) => {
  const gateway = await two(context, broken, good);
  const key = await gateway.createKey();
  const { headers } = await gateway.post('/v1/chat/completions', chatBody(), key);
  await gateway.post('/v1/chat/completions', chatBody({ model: 'single' }), key);
  await gateway.post('/v1/chat/completions', chatBody(), key);
  const [resting, single, failover] = (await spendRows(gateway)).map(({ metadata }) => metadata as unknown as Logged);
  assert.deepEqual(
    failover?.routing.plans.map(({ candidates }) => candidates.map(({ credential, reason }) => [credential, reason])),
    [
      [
        ['first-account', 'priority 1, balanced'],
        ['second-account', 'priority 2, balanced'],
      ],
    ],
  );
  assert.deepEqual(
    failover.attempts.map(({ status, error, cost_usd }) => [status, error, cost_usd]),
    [
      [500, 'no disk at [address] for [secret]', 0],
      [200, null, 0.00007],
    ],
  );
  assert.deepEqual(
    single?.routing.plans.map(({ candidates, excluded }) => [candidates.length, candidates[0]?.reason, excluded]),
    [[1, 'the only deployment', []]],
  );
  assert.deepEqual(
    resting?.routing.plans[0]?.excluded.map(({ by, credential }) => [by, credential]),
    [['cooldown', 'first-account']],
  );

  const own = await gateway.get(`/api/v1/generation?id=${headers.get('x-generation-id')}`, key);
  assert.doesNotMatch(own.text, /account|sk-|10\.0\.0\.7/);
  const { data } = JSON.parse(own.text) as { data: Generation };
  assert.deepEqual(
    data.provider_responses.map(({ id, status, provider_name, latency }) => [
      id,
      status,
      provider_name,
      latency === null,
    ]),
    [
      [null, 500, 'openai-compatible', true],
      ['chatcmpl-1', 200, 'openai-compatible', false],
    ],
  );
  assert.equal(data.routing.plans[0]?.candidates.length, 2);
  assert.doesNotMatch((await gateway.get('/spend/logs', key)).text, /account/);
});

test('what an upstream says of the prompt, or of the credential, is in no row', async (context) => {
  const prompt = 'canary-prompt-9a8b7c6d';
  let turn = 0;
  const quoting: Script = (request) => {
    const refusals = [
      { status: 400, body: `{"error":{"message":"Cannot parse this: ${prompt} at 3."}}` },
      { status: 400, body: '{"error":{"message":"max_completion_tokens is too large for gpt-4o"}}' },
      { status: 401, body: '{"error":{"message":"canary-account is overdrawn"}}' },
    ];
    return answer(request, refusals[turn++] ?? { body: ANSWER });
  };
  const gateway = await two(context, quoting, good);
  const messages = [{ role: 'user', content: `say ${prompt} twice` }];
  for (let call = 0; call < 3; call++) {
    await gateway.post('/v1/chat/completions', chatBody({ messages, max_completion_tokens: 9 }));
  }
  const rows = (await spendRows(gateway)).map(({ metadata }) => metadata as unknown as Logged);
  assert.deepEqual(
    rows.map(({ attempts }) => attempts[0]?.error),
    [
      'The upstream refused with status 401.',
      'max_completion_tokens is too large for gpt-4o',
      'The upstream refused with status 400.',
    ],
  );
});

type Shown = {
  readonly plans: readonly {
    readonly candidates: readonly { readonly credential?: string; readonly reason: string }[];
    readonly excluded: readonly { readonly credential?: string; readonly by: string }[];
  }[];
};
type Logged = {
  readonly routing: Shown;
  readonly attempts: readonly {
    readonly status: number | null;
    readonly error: string | null;
    readonly cost_usd: number;
  }[];
};
type Generation = {
  readonly routing: Shown;
  readonly provider_responses: readonly {
    readonly id: string | null;
    readonly status: number | null;
    readonly provider_name: string;
    readonly latency: number | null;
  }[];
};
