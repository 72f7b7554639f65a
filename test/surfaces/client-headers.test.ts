import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answer, chatAnswer, startUpstream, type Upstream } from '../support/upstream.ts';

const MESSAGE = { max_tokens: 20, messages: [{ role: 'user', content: 'hello' }] };
const MESSAGES_ANSWER = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [{ type: 'text', text: 'hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 2 },
});

/** What a client might send along: some of it on purpose. */
const SENT = {
  'x-trace-id': 't-1',
  'anthropic-beta': 'context-1m-2025-08-07',
  'x-mine': 'of the client',
  'x-api-key': 'not-for-you',
  'x-auth-token': 'not-for-you',
  'x-litellm-tags': 'a',
  'x-waybill-explain': '1',
  'x-stainless-lang': 'js',
  'x-forwarded-for': '10.1.1.1',
  cookie: 'session=1',
};

async function stageOf(context: TestContext, config: (url: string) => string): Promise<[Gateway, Upstream]> {
  const upstream = await startUpstream(context, (request) => {
    if (request.body.includes('broken'))
      return answer(request, { status: 500, body: '{"error":{"message":"It broke."}}' });
    return answer(request, { body: request.path.endsWith('/messages') ? MESSAGES_ANSWER : chatAnswer('hello', 10, 2) });
  });
  return [await startGateway(context, { config: config(upstream.url) }), upstream];
}

/** The names of what was sent that the last upstream saw as it was sent. */
function seenBy({ requests }: Upstream): string {
  const headers = requests.at(-1)?.headers ?? {};
  return Object.keys(SENT)
    .filter((name) => headers[name] === SENT[name as keyof typeof SENT])
    .join(' ');
}

test("LiteLLM's forward_client_headers_to_llm_api, for models or for all, takes a client's x- headers along", async (context) => {
  const models = (url: string): string =>
    `model_list:
  - { model_name: m, litellm_params: { model: openai/m, api_base: "${url}", api_key: k, extra_headers: { X-Mine: ours } } }
  - { model_name: other, litellm_params: { model: openai/o, api_base: "${url}", api_key: k } }
  - { model_name: "wild/*", litellm_params: { model: "openai/*", api_base: "${url}", api_key: k } }
  - { model_name: failing, litellm_params: { model: openai/broken, api_base: "${url}", api_key: k } }
router_settings: { num_retries: 0, fallbacks: [{ failing: [other] }], model_group_alias: { nick: m }, optional_pre_call_checks: [forward_client_headers_by_model_group] }
`;
  const groups =
    'litellm_settings: { model_group_settings: { forward_client_headers_to_llm_api: [m, "wild/*", failing] } }\n';
  const [gateway, upstream] = await stageOf(context, (url) => models(url) + groups);
  const ask = async (to: Gateway, at: Upstream, model: string): Promise<string> => {
    const { status, text } = await to.post('/v1/chat/completions', { model, ...MESSAGE }, undefined, SENT);
    assert.equal(status, 200, text);
    return seenBy(at);
  };
  assert.equal(await ask(gateway, upstream, 'm'), 'x-trace-id', 'the deployment has an x-mine of its own');
  assert.equal(upstream.requests.at(-1)?.headers['x-mine'], 'ours');
  assert.equal(await ask(gateway, upstream, 'nick'), 'x-trace-id', 'under another name as well');
  assert.equal(await ask(gateway, upstream, 'wild/one'), 'x-trace-id x-mine');
  assert.equal(await ask(gateway, upstream, 'other'), '');
  assert.equal(await ask(gateway, upstream, 'failing'), '', 'a fallback has its own word');
  assert.equal(upstream.requests.at(-2)?.headers['x-trace-id'], 't-1');
  assert.doesNotMatch(gateway.errors(), /not honoured/);
  const all = 'general_settings: { forward_client_headers_to_llm_api: true }\n';
  const [forAll, upstreamOfAll] = await stageOf(context, (url) => models(url) + all);
  assert.equal(await ask(forAll, upstreamOfAll, 'other'), 'x-trace-id x-mine');
});

test('routing.client_headers: betas go to whoever speaks the dialect, whichever the client speaks', async (context) => {
  const [gateway, upstream] = await stageOf(
    context,
    (url) => `credentials:
  claude: { provider: anthropic, base_url: "${url}", api_key: k }
  gpt: { provider: openai-compatible, base_url: "${url}", api_key: k }
models: { claude: claude/claude-sonnet-4-5, gpt: gpt/gpt-4o, quiet: claude/claude-sonnet-4-5 }
routing: { client_headers: [claude, gpt] }
`,
  );
  const ask = async (path: string, model: string): Promise<string> => {
    const { status, text } = await gateway.post(path, { model, ...MESSAGE }, undefined, SENT);
    assert.equal(status, 200, text);
    return seenBy(upstream);
  };
  assert.equal(await ask('/v1/chat/completions', 'claude'), 'x-trace-id anthropic-beta x-mine');
  assert.equal(await ask('/v1/messages', 'claude'), 'x-trace-id anthropic-beta x-mine');
  assert.equal(await ask('/v1/messages', 'gpt'), 'x-trace-id x-mine');
  assert.equal(
    await ask('/v1/messages', 'quiet'),
    'anthropic-beta',
    "what the dialect's own clients say goes on anyway",
  );
  assert.equal(await ask('/v1/chat/completions', 'quiet'), '');
});
