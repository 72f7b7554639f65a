import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ACCESS, converseAnswer, REGION, startBedrock } from '../support/bedrock-upstream.ts';
import { eventually, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { errorOf, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, type Script, startUpstream } from '../support/upstream.ts';

const SESSION_TOKEN = 'IQoJb3JpZ2luX2VjE';
const ASK = { model: 'sonnet', messages: [{ role: 'user', content: 'Hello' }] };
const HOUR_MS = 3_600_000;

/** What a container's own service gives to those that know its secret. */
const givesKeys: Script = (request) =>
  answer(request, {
    status: request.headers.authorization === 'of-the-container' ? 200 : 403,
    body: JSON.stringify({
      AccessKeyId: ACCESS.accessKeyId,
      SecretAccessKey: ACCESS.secretAccessKey,
      Token: SESSION_TOKEN,
      Expiration: new Date(Date.now() + HOUR_MS).toISOString(),
    }),
  });

/** Bedrock first, whose keys a container gives, and then another. */
async function inContainer(context: TestContext, container: Script, env: Readonly<Record<string, string>> = {}) {
  const keys = await startUpstream(context, container);
  const bedrock = await startBedrock(context, (request) => answer(request, converseAnswer), SESSION_TOKEN);
  const elsewhere = await startUpstream(context, (request) => answer(request, { body: chatAnswer('from elsewhere') }));
  const config = `credentials:
  up: { provider: bedrock, base_url: "http://127.0.0.1:${bedrock.port}", region: ${REGION} }
  elsewhere: { provider: openai-compatible, base_url: "${elsewhere.url}" }
models:
  sonnet:
    deployments:
      - { use: up/anthropic.claude, price: free }
      - { use: elsewhere/gpt, price: free, priority: 2 }
  alone: up/anthropic.claude
routing: { retries: 0 }
`;
  const gateway = await startGateway(context, {
    config,
    env: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${keys.port}/role`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'of-the-container',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  return { gateway, keys, bedrock, elsewhere };
}

const contentOf = (text: string): unknown =>
  (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;

test("a container's keys: asked for once, however many calls wait for them, and used with their token", async (context) => {
  const { gateway, keys, bedrock } = await inContainer(context, givesKeys);
  const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.post('/v1/chat/completions', ASK)));
  answers.push(await gateway.post('/v1/chat/completions', ASK));
  assert.deepEqual(new Set(answers.map(({ text }) => contentOf(text))), new Set(['Grüße aus Frankfurt.']));
  assert.equal(keys.requests.length, 1);
  assert.equal(bedrock.requests.length, 21);
  assert.equal(bedrock.requests[0]?.headers['x-amz-security-token'], SESSION_TOKEN);
});

test('a credential that cannot be had: the next candidate answers, and the log names what was asked', async (context) => {
  const { gateway, bedrock } = await inContainer(context, (request) =>
    answer(request, { status: 500, body: '{"message":"The agent is restarting."}' }),
  );
  const { text } = await gateway.post('/v1/chat/completions', ASK);
  assert.equal(contentOf(text), 'from elsewhere');
  assert.equal(bedrock.requests.length, 0);
  const [row] = await spendRows(gateway);
  assert.equal(row?.metadata.attempts[0]?.outcome, 'upstream_credential');
  await eventually(() => assert.match(gateway.output() + gateway.errors(), /container.*The agent is restarting/));
  assert.doesNotMatch(gateway.output() + gateway.errors(), /of-the-container/);

  const alone = await gateway.post('/v1/chat/completions', { ...ASK, model: 'alone' });
  assert.deepEqual([alone.status, errorOf(alone.text).code], [503, 'upstream_credential']);
  assert.doesNotMatch(alone.text, /agent|container/);
});

test('a machine without any: every source of the chain was asked', async (context) => {
  const { gateway } = await inContainer(context, givesKeys, { AWS_CONTAINER_CREDENTIALS_FULL_URI: '' });
  const { status } = await gateway.post('/v1/chat/completions', { ...ASK, model: 'alone' });
  assert.equal(status, 503);
  await eventually(() =>
    assert.match(
      gateway.output() + gateway.errors(),
      /no AWS credentials; asked were: environment, profile default, web identity, container, instance metadata/,
    ),
  );
});

test('a client that goes while its call waits for a credential: nothing is sent', async (context) => {
  let giveKeys = (): void => undefined;
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
  const { gateway, bedrock, elsewhere } = await inContainer(context, (request) => {
    giveKeys = () => void givesKeys(request);
    asked();
  });
  const leaving = new AbortController();
  const call = fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    signal: leaving.signal,
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    body: JSON.stringify(ASK),
  });
  await isAsked;
  leaving.abort();
  await assert.rejects(call, { name: 'AbortError' });
  const [row] = await eventually(async () => {
    const rows = await spendRows(gateway);
    assert.equal(rows.length, 1);
    return rows;
  });
  assert.equal(row?.metadata.attempts[0]?.outcome, 'client_closed');
  giveKeys();
  const { text } = await eventually(() => gateway.post('/v1/chat/completions', ASK));
  assert.equal(contentOf(text), 'Grüße aus Frankfurt.');
  assert.deepEqual([bedrock.requests.length, elsewhere.requests.length], [1, 0]);
});
