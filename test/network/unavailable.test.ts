import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

type Availability = Readonly<Record<string, unknown>> & {
  readonly nearest: { readonly without: string; readonly served_by: readonly { readonly credential: string }[] } | null;
};

async function open(test: TestContext): Promise<{ readonly gateway: Gateway; readonly asked: () => number }> {
  let asked = 0;
  const upstream = await startUpstream(test, (request) => {
    asked++;
    return answer(request, { body: chatAnswer('hello') });
  });
  const at = (name: string) => `  ${name}: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k }`;
  const gateway = await startGateway(test, {
    config: `credentials:
${at('text')}
${at('small')}
${at('vectors')}
  theirs: { provider: openai, auth: caller }
models:
  m:
    price: free
    deployments:
      - { use: text/a, modalities: { input: [text], output: [text] }, parameters: [seed] }
  short: { price: free, context_window: 1000, deployments: small/b, fallbacks: { context_window: [m] } }
  shorter: { price: free, context_window: 1000, deployments: small/b }
  theirs: { price: free, deployments: theirs/gpt-4o }
  vectors: { price: free, deployments: vectors/v, modalities: { output: [embedding] } }
`,
  });
  return { gateway, asked: () => asked };
}

const IMAGE = {
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }] }],
};
const LONG = { messages: [{ role: 'user', content: 'one more word '.repeat(1_000) }] };

test('a request that no deployment can serve is told which setting of which keeps it away', async (context) => {
  const { gateway, asked } = await open(context);
  const seen = await gateway.post('/v1/chat/completions', chatBody({ model: 'm', ...IMAGE }));
  assert.equal(seen.status, 404, seen.text);
  const { error } = JSON.parse(seen.text);
  assert.equal(error.code, 'no_matching_deployment');
  assert.match(
    error.message,
    /No deployment of 'm' can serve this request\. Left out: text\/a: it takes text, and the request holds image\./,
  );
  const availability: Availability = error.availability;
  assert.deepEqual(
    [availability['code'], availability['retryable'], availability['excluded_by'], availability['requested_models']],
    ['constraint_filtered', false, ['modalities'], ['m']],
  );
  assert.equal(availability.nearest?.served_by[0]?.credential, 'text');
  assert.equal(error.metadata.excluded[0].excluded_by, 'modalities');
  const tooled = await gateway.post(
    '/v1/chat/completions',
    chatBody({ model: 'm', tools: [{ type: 'function', function: { name: 'f' } }] }),
  );
  assert.match(
    JSON.parse(tooled.text).error.message,
    /it does not know tools\. Without tools it would be served by text\/a\./,
  );
  assert.equal(asked(), 0);
});

test("the error has the envelope of the client's dialect", async (context) => {
  const { gateway } = await open(context);
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
  const body = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: [image] }] };
  const anthropic = JSON.parse((await gateway.post('/v1/messages', body)).text);
  assert.deepEqual([anthropic.type, anthropic.error.type], ['error', 'not_found_error']);
  assert.equal(anthropic.error.availability.code, 'constraint_filtered');
  const contents = [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }] }];
  const google = JSON.parse((await gateway.post('/v1beta/models/m:generateContent', { contents })).text);
  assert.equal(google.error.status, 'NOT_FOUND');
  assert.equal(JSON.parse(google.error.details[0].metadata.availability).code, 'constraint_filtered');
});

test('a prompt that is surely too long is refused in the words that clients know, without a call', async (context) => {
  const { gateway, asked } = await open(context);
  const openAi = await gateway.post('/v1/chat/completions', chatBody({ model: 'shorter', ...LONG }));
  assert.equal(openAi.status, 400);
  assert.equal(JSON.parse(openAi.text).error.code, 'context_length_exceeded');
  assert.match(
    openAi.text,
    /maximum context length is 1000 tokens\. However, your messages resulted in at least 30\d\d tokens/,
  );
  const anthropic = await gateway.post('/v1/messages', { model: 'shorter', max_tokens: 5, ...LONG });
  assert.match(JSON.parse(anthropic.text).error.message, /^prompt is too long: 30\d\d tokens > 1000 maximum$/);
  assert.equal(asked(), 0);
});

test('a prompt is not measured by a window that the request asks to be wider', async (context) => {
  const { gateway, asked } = await open(context);
  const beta = { 'anthropic-beta': 'context-1m-2025-08-07' };
  const answered = await gateway.post('/v1/messages', { model: 'shorter', max_tokens: 5, ...LONG }, undefined, beta);
  assert.equal(answered.status, 200, answered.text);
  assert.equal(asked(), 1);
});

test('and goes to the fallbacks for it, where there are some', async (context) => {
  const { gateway, asked } = await open(context);
  const answered = await gateway.post('/v1/chat/completions', chatBody({ model: 'short', ...LONG }));
  assert.equal(answered.status, 200, answered.text);
  assert.equal(asked(), 1);
});

test("what is called with the caller's own key is not called without one", async (context) => {
  const { gateway } = await open(context);
  const refused = await gateway.post('/v1/chat/completions', chatBody({ model: 'theirs' }));
  assert.equal(refused.status, 401, refused.text);
  assert.equal(JSON.parse(refused.text).error.code, 'missing_credential');
  assert.match(refused.text, /called with the caller's own key for openai, and the request carries none/);
});

test('a chat is not sent to a model that makes vectors', async (context) => {
  const { gateway } = await open(context);
  const refused = await gateway.post('/v1/chat/completions', chatBody({ model: 'vectors' }));
  assert.match(JSON.parse(refused.text).error.message, /it answers with embedding, and text is asked for/);
});
