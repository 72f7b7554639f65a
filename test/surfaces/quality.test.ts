import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startGateway } from '../support/gateway.ts';
import { answer, startUpstream, type UpstreamRequest } from '../support/upstream.ts';

const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
/** What a model of that name writes into a call. */
const INPUTS: Readonly<Record<string, string>> = { good: '{"city":"Bern"}', bad: '{"city":', odd: '{"town":"Bern"}' };
const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };

type Body = { readonly model: string; readonly stream?: boolean; readonly tools?: unknown };

async function call(request: UpstreamRequest): Promise<void> {
  const { model, stream, tools: declared } = JSON.parse(request.body) as Body;
  const input = INPUTS[model] ?? '';
  const head = { id: 'c1', model, object: stream === true ? 'chat.completion.chunk' : 'chat.completion' };
  if (stream !== true) {
    const calls = [{ id: 'x', type: 'function', function: { name: 'weather', arguments: input } }];
    const [message, reason] =
      declared === undefined ? [{ content: 'hello' }, 'stop'] : [{ content: null, tool_calls: calls }, 'tool_calls'];
    const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }];
    return answer(request, { body: JSON.stringify({ ...head, choices, usage }) });
  }
  const deltas = [
    { role: 'assistant', content: null },
    { tool_calls: [{ index: 0, id: 'x', type: 'function', function: { name: 'weather', arguments: '' } }] },
    ...[...input].map((letter) => ({ tool_calls: [{ index: 0, function: { arguments: letter } }] })),
  ];
  const chunks = [
    ...deltas.map((delta) => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }], usage },
  ];
  const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  return answer(request, { type: 'text/event-stream', body: `${text}data: [DONE]\n\n` });
}

test('who calls tools wrongly is found out, and stands last for whoever brings tools', async (context) => {
  const upstream = await startUpstream(context, call);
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  ${['good', 'bad', 'odd'].map((name) => `${name}: { price: free, deployments: [up/${name}] }`).join('\n  ')}
  all: { price: free, deployments: [up/good, up/bad, up/odd] }
routing: { strategy: round-robin }
`,
  });
  const ask = async (model: string, more: object): Promise<string> => {
    const body = { model, messages: [{ role: 'user', content: 'hello' }], ...more };
    const from = upstream.requests.length;
    const { status, text } = await gateway.post('/v1/chat/completions', body);
    assert.equal(status, 200, text);
    return upstream.requests
      .slice(from)
      .map(({ body: sent }) => (JSON.parse(sent) as Body).model)
      .join();
  };
  for (const model of ['good', 'bad', 'odd']) {
    for (let nth = 0; nth < 12; nth++) await ask(model, { tools });
    for (let nth = 0; nth < 12; nth++) await ask(model, { tools, stream: true });
  }
  await ask('all', {});
  type Row = {
    upstream_model: string;
    tool_answers_last_30m: number;
    tool_error_rate_last_30m: number;
    unsound: boolean;
  };
  const rows = await eventually(async () => {
    const { deployments } = JSON.parse((await gateway.get('/health')).text) as { deployments: Row[] };
    const found = Object.fromEntries(deployments.map((row) => [row.upstream_model, row]));
    assert.deepEqual([found['good']?.unsound, found['bad']?.unsound, found['odd']?.unsound], [false, true, true]);
    return found;
  });
  const numbers = Object.entries(rows).map(([name, row]) => [
    name,
    row.tool_answers_last_30m,
    row.tool_error_rate_last_30m,
  ]);
  assert.deepEqual(numbers.sort(), [
    ['bad', 24, 1],
    ['good', 24, 0],
    ['odd', 24, 1],
  ]);
  const asked = async (model: string, more: object): Promise<ReadonlySet<string>> => {
    const made = new Set<string>();
    for (let nth = 0; nth < 6; nth++) made.add(await ask(model, more));
    return made;
  };
  assert.deepEqual([...(await asked('all', { tools }))], ['good']);
  assert.deepEqual([...(await asked('all:exacto', {}))], ['good']);
  assert.deepEqual([...(await asked('all', { provider: { sort: 'exacto' } }))], ['good']);
  assert.equal((await asked('all', {})).size, 3, 'without tools it does not matter');
});

const response_format = {
  type: 'json_schema',
  json_schema: {
    name: 'place',
    strict: true,
    schema: { type: 'object', required: ['city'], additionalProperties: true },
  },
};
/** What a model of that name answers to whoever wants JSON. */
const TEXTS: Readonly<Record<string, string>> = {
  good: '{"city":"Bern"}',
  prose: 'It is Bern.',
  other: '{"town":"Bern"}',
};

async function say(request: UpstreamRequest): Promise<void> {
  const { model, stream } = JSON.parse(request.body) as Body;
  const text = TEXTS[model] ?? '';
  const head = { id: 'c1', model, object: stream === true ? 'chat.completion.chunk' : 'chat.completion' };
  if (stream !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
    return answer(request, { body: JSON.stringify({ ...head, choices, usage }) });
  }
  const chunks = [
    ...[...text].map((content) => ({ ...head, choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage },
  ];
  const body = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  return answer(request, { type: 'text/event-stream', body: `${body}data: [DONE]\n\n` });
}

test('who does not write the JSON that was asked for is found out, and stands last for whoever asks for some', async (context) => {
  const upstream = await startUpstream(context, say);
  const names = Object.keys(TEXTS);
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  ${names.map((name) => `${name}: { price: free, deployments: [up/${name}] }`).join('\n  ')}
  all: { price: free, deployments: [${names.map((name) => `up/${name}`).join(', ')}] }
routing: { strategy: round-robin }
`,
  });
  const askers: readonly ((model: string, asks: boolean) => Promise<{ status: number; text: string }>)[] = [
    (model, asks) => gateway.post('/v1/chat/completions', chatOf(model, asks)),
    (model, asks) => gateway.post('/v1/chat/completions', { ...chatOf(model, asks), stream: true }),
    (model, asks) => gateway.post('/v1/messages', messagesOf(model, asks)),
    (model, asks) => gateway.post('/v1/messages', { ...messagesOf(model, asks), stream: true }),
  ];
  const reached = async (model: string, asks: boolean): Promise<readonly string[]> => {
    const from = upstream.requests.length;
    for (const ask of askers) {
      const { status, text } = await ask(model, asks);
      assert.equal(status, 200, text);
    }
    return upstream.requests.slice(from).map(({ body }) => (JSON.parse(body) as Body).model);
  };
  for (const name of names) for (let nth = 0; nth < 6; nth++) await reached(name, true);
  await reached('all', false);
  type Row = { upstream_model: string; structured_answers_last_30m: number; structured_error_rate_last_30m: number };
  await eventually(async () => {
    const { deployments } = JSON.parse((await gateway.get('/health')).text) as {
      deployments: (Row & { unsound: boolean })[];
    };
    const rows = deployments.map((row) => [
      row.upstream_model,
      row.structured_answers_last_30m,
      row.structured_error_rate_last_30m,
      row.unsound,
    ]);
    assert.deepEqual([...new Set(rows.map((row) => row.join(' ')))].sort(), [
      'good 24 0 false',
      'other 24 1 true',
      'prose 24 1 true',
    ]);
  });
  assert.deepEqual([...new Set(await reached('all', true))], ['good']);
  assert.deepEqual(new Set(await reached('all', false)), new Set(names), 'without a schema it does not matter');
});

function chatOf(model: string, asks: boolean): object {
  const messages = [{ role: 'user', content: 'Where?' }];
  return asks ? { model, messages, response_format } : { model, messages };
}

/** Anthropic's words for the same; the upstream speaks OpenAI's. */
function messagesOf(model: string, asks: boolean): object {
  const { schema } = response_format.json_schema;
  const output_config = {
    format: { type: 'json_schema', schema: { ...schema, properties: { city: { type: 'string' } } } },
  };
  const body = { model, max_tokens: 99, messages: [{ role: 'user', content: 'Where?' }] };
  return asks ? { ...body, output_config } : body;
}

test('with unfit_answers: fail the next one is asked, and who wrote it is not held to be down', async (context) => {
  const upstream = await startUpstream(context, say);
  const price = 'price: { input: 1, output: 1 }';
  const gateway = await startGateway(context, {
    config: `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  both: { ${price}, deployments: [{ use: up/prose, priority: 1 }, { use: up/good, priority: 2 }] }
  prose: { ${price}, deployments: [up/prose] }
routing: { unfit_answers: fail, retries: 0, allowed_fails: 1 }
`,
  });
  const ask = async (body: object, path = '/v1/chat/completions') => {
    const from = upstream.requests.length;
    const { status, text } = await gateway.post(path, body);
    const models = upstream.requests.slice(from).map((request) => (JSON.parse(request.body) as Body).model);
    return { status, text, reached: models.join(' ') };
  };
  for (let nth = 0; nth < 3; nth++) {
    const { status, reached, text } = await ask(chatOf('both', true));
    assert.deepEqual([status, reached], [200, 'prose good'], text);
    assert.match(text, /Bern/);
  }
  assert.equal((await ask(messagesOf('both', true), '/v1/messages')).reached, 'prose good');
  assert.equal((await ask(chatOf('both', false))).reached, 'prose', 'nobody asked for JSON');
  assert.equal((await ask({ ...chatOf('both', true), stream: true })).reached, 'prose', 'what has begun goes on');
  const alone = await ask(chatOf('prose', true));
  assert.equal(alone.status, 502, alone.text);
  assert.match(alone.text, /upstream_invalid/);
  assert.doesNotMatch(alone.text, /It is Bern/);
  type Row = { upstream_model: string; state: string; structured_error_rate_last_30m: number };
  const { deployments } = JSON.parse((await gateway.get('/health')).text) as { deployments: Row[] };
  const [prose] = deployments.filter(({ upstream_model }) => upstream_model === 'prose');
  assert.deepEqual([prose?.state, prose?.structured_error_rate_last_30m], ['closed', 1]);
  const rows = await eventually(async () => {
    const logged = JSON.parse((await gateway.get('/spend/logs')).text) as { spend: number; metadata: object }[];
    assert.equal(logged.length, 7);
    return logged;
  });
  // Nine tokens each way at a dollar for a million: what went to nobody is not the caller's to pay.
  const spent = rows.map(({ spend }) => Math.round(spend * 1e6)).sort((one, other) => one - other);
  assert.deepEqual(spent, [0, 18, 18, 18, 18, 18, 18]);
});
