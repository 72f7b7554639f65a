import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { errorOf } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { answer, chatAnswer, type Script, startUpstream, type Upstream } from '../support/upstream.ts';

const HELLO = [{ role: 'user' as const, content: 'hello' }];

const MESSAGE = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 2 },
});

/** Answers in the dialect of the address it is called at. */
const polite: Script = (request) =>
  answer(request, { body: request.path.endsWith('/messages') ? MESSAGE : chatAnswer('hi') });

/** One scripted upstream as a plain server, as OpenRouter, as a LiteLLM proxy and as Anthropic. */
async function fourKinds(
  context: TestContext,
  script: Script = polite,
): Promise<{ readonly gateway: Gateway; readonly upstream: Upstream; readonly sent: () => Record<string, unknown> }> {
  const upstream = await startUpstream(context, script);
  const at = (provider: string): string => `{ provider: ${provider}, base_url: "${upstream.url}", api_key: k }`;
  const gateway = await startGateway(context, {
    config: `version: 1
credentials:
  plain: ${at('openai-compatible')}
  router: ${at('openrouter')}
  proxy: ${at('litellm-proxy')}
  maker: ${at('anthropic')}
models:
  m: plain/up
  other: { deployments: plain/other, access_groups: [beta] }
  routed: router/acme/up
  proxied: proxy/up
  claude: maker/claude-sonnet-4-5
  either: { deployments: [{ use: maker/claude-sonnet-4-5, priority: 2 }, plain/up] }
routing: { retries: 0 }
`,
  });
  return { gateway, upstream, sent: () => JSON.parse(upstream.requests.at(-1)?.body ?? '{}') };
}

const OPENROUTER = { provider: { sort: 'price', zdr: false }, models: ['other'], session_id: 's', route: 'fallback' };
const LITELLM = {
  fallbacks: ['other'],
  num_retries: 0,
  timeout: 30,
  tags: ['a'],
  litellm_metadata: { tags: ['b'] },
  priority: 3,
  mock_testing_fallbacks: false,
};

test("what is for the gateway stays here; all else goes up as OpenAI's client wrote it", async (context) => {
  const { gateway, upstream } = await fourKinds(context);
  const asked = { temperature: 0.5, messages: HELLO, metadata: { job: 'x' }, top_k: 3 };
  await openAiClient(gateway).chat.completions.create({ ...OPENROUTER, model: 'm', ...LITELLM, ...asked } as never);
  assert.equal(upstream.requests[0]?.body, JSON.stringify({ model: 'up', ...asked }));
});

test('a gateway upstream gets the words that it routes by, and no names of ours', async (context) => {
  const { gateway, sent } = await fourKinds(context);
  const { models: _models, ...theirs } = OPENROUTER;
  const ask = (model: string) =>
    openAiClient(gateway).chat.completions.create({ model, messages: HELLO, ...OPENROUTER, ...LITELLM } as never);
  await ask('routed:nitro');
  assert.deepEqual(sent(), { model: 'acme/up:nitro', messages: HELLO, ...theirs });
  await ask('proxied');
  const { timeout, tags, litellm_metadata, priority } = LITELLM;
  assert.deepEqual(sent(), { model: 'up', messages: HELLO, timeout, tags, litellm_metadata, priority });
});

test("Anthropic's clients may say the same, in their dialect and in translation", async (context) => {
  const { gateway, sent } = await fourKinds(context);
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const asked = { max_tokens: 100, messages: HELLO };
  for (const [model, expected] of [
    ['claude', { ...asked, model: 'claude-sonnet-4-5' }],
    // Which of the two limits a server knows is not known.
    ['m', { ...asked, model: 'up', max_completion_tokens: 100 }],
  ] as const) {
    const answered = await client.messages.create({ model, ...OPENROUTER, ...LITELLM, ...asked } as never);
    assert.deepEqual(
      (answered as Anthropic.Message).content.map((block) => block.type),
      ['text'],
    );
    assert.deepEqual(sent(), expected);
  }
});

test('`models` goes on where the asked model fails, and stands in for it where none is named', async (context) => {
  const { gateway, upstream, sent } = await fourKinds(context, (request) =>
    JSON.parse(request.body).model === 'up' ? answer(request, { status: 503, body: '{}' }) : polite(request),
  );
  const client = openAiClient(gateway);
  await client.chat.completions.create({ model: 'm', models: ['nowhere', 'other'], messages: HELLO } as never);
  assert.deepEqual(
    upstream.requests.map(({ body }) => JSON.parse(body).model),
    ['up', 'other'],
  );
  await client.chat.completions.create({ models: ['other', 'm'], messages: HELLO } as never);
  assert.deepEqual(sent(), { model: 'other', messages: HELLO });
  const { headers } = await gateway.post('/v1/chat/completions', {
    models: ['n\ud800where', 'other'],
    messages: HELLO,
  });
  assert.equal(headers.get('x-waybill-unknown-models'), 'n?where');
});

test('a malformed wish is refused by its name, in the dialect of the client', async (context) => {
  const { gateway, upstream } = await fourKinds(context);
  const refused = await refusalOf(
    openAiClient(gateway).chat.completions.create({
      model: 'm',
      messages: HELLO,
      provider: { sort: 'cheapest' },
    } as never),
  );
  assert.deepEqual([refused.status, refused.param, refused.type], [400, 'provider.sort', 'invalid_request_error']);
  assert.match(refused.message, /'price', 'throughput', 'latency' or 'exacto', but got "cheapest"/);
  const { status, text } = await gateway.post('/v1/messages', {
    model: 'claude',
    max_tokens: 9,
    messages: HELLO,
    provider: { only: [] },
  });
  assert.equal(status, 400);
  assert.match(errorOf(text).message, /'provider.only' is empty/);
  assert.equal(upstream.requests.length, 0);
});

test('`:thinking` and `:online` ask it of the model in the words of its dialect, unless the request does', async (context) => {
  const { gateway, sent } = await fourKinds(context);
  const client = openAiClient(gateway);
  const ask = (model: string, more: object = {}) =>
    client.chat.completions.create({ model, messages: HELLO, max_tokens: 4_000, ...more } as never);
  await ask('m:thinking');
  assert.equal(sent()['reasoning_effort'], 'medium');
  await ask('m:thinking', { reasoning_effort: 'low' });
  assert.equal(sent()['reasoning_effort'], 'low');
  await ask('claude:thinking');
  assert.deepEqual(sent()['thinking'], { type: 'enabled', budget_tokens: 2_000 });
  await gateway.post('/v1/messages', { model: 'claude:thinking:online', max_tokens: 4_000, messages: HELLO });
  assert.deepEqual(sent()['thinking'], { type: 'enabled', budget_tokens: 2_000 });
  assert.deepEqual(sent()['tools'], [{ type: 'web_search_20250305', name: 'web_search' }]);
  await ask('routed:online');
  assert.deepEqual(sent(), { model: 'acme/up:online', messages: HELLO, max_tokens: 4_000 });
  await ask('either:online');
  assert.equal(sent()['model'], 'claude-sonnet-4-5');
  const refused = await refusalOf(ask('m:online'));
  assert.deepEqual([refused.status, refused.code], [400, 'unsupported_parameter']);
  assert.match(refused.message, /':online' asks for a web search, and openai-compatible runs none/);
});

test('aliases of a key mean their target, and only for that key', async (context) => {
  const { gateway, sent } = await fourKinds(context);
  const key = await gateway.createKey({ aliases: { fast: 'm', m: 'other' }, models: ['m', 'other'] });
  const ask = (model: string, apiKey: string) =>
    openAiClient(gateway, { apiKey }).chat.completions.create({ model, messages: HELLO });
  await ask('fast', key);
  assert.equal(sent()['model'], 'up');
  await ask('m', key);
  assert.equal(sent()['model'], 'other');
  await ask('m', await gateway.createKey());
  assert.equal(sent()['model'], 'up');
  assert.equal((await refusalOf(ask('fast', await gateway.createKey()))).status, 404);
  const { text } = await gateway.get('/key/info', key);
  assert.deepEqual(JSON.parse(text).info.aliases, { fast: 'm', m: 'other' });
});

test('an access group in the list of a key opens its models, under an alias of the key as well', async (context) => {
  const { gateway, sent } = await fourKinds(context);
  const key = await gateway.createKey({ models: ['beta'], aliases: { mine: 'other', theirs: 'm' } });
  const ask = (model: string) =>
    openAiClient(gateway, { apiKey: key }).chat.completions.create({ model, messages: HELLO });
  for (const model of ['other', 'mine']) {
    await ask(model);
    assert.equal(sent()['model'], 'other');
  }
  for (const model of ['m', 'theirs']) assert.equal((await refusalOf(ask(model))).status, 403);
});

test('a conversation without a name stays where its prompt was found in a cache', async (context) => {
  let cached = 0;
  const upstream = await startUpstream(context, (request) => {
    const usage = { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: cached } };
    return answer(request, { body: JSON.stringify({ ...JSON.parse(chatAnswer('hi')), usage }) });
  });
  const gateway = await startGateway(context, {
    config: `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k }
models:
  m: { deployments: [up/a, up/b, up/c, up/d] }
`,
  });
  const ask = async (content: string, turns: number) => {
    const models = new Set<string>();
    for (let turn = 0; turn < turns; turn++) {
      const messages = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content },
        ...Array.from({ length: turn }, () => ({ role: 'assistant', content: 'hi' })),
      ];
      const { status, text } = await gateway.post('/v1/chat/completions', { model: 'm', messages });
      assert.equal(status, 200, text);
      models.add(String(JSON.parse(upstream.requests.at(-1)?.body ?? '{}').model));
    }
    return models.size;
  };
  assert.ok((await ask('one', 20)) > 1);
  cached = 8;
  assert.equal(await ask('one', 10), 1);
  cached = 0;
  assert.equal(await ask('one', 10), 1);
  assert.ok((await ask('two', 20)) > 1);
});
