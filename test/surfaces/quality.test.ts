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
