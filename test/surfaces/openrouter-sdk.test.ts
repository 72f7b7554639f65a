import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as errors from '@openrouter/sdk/models/errors';
import { startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { openRouterClient } from '../support/openrouter-client.ts';
import { answer, chatAnswer, chatChunk, DONE, startStream, usageChunk } from '../support/upstream.ts';

const MESSAGES = [{ role: 'user' as const, content: 'hello' }];
/** Ten tokens in, five out. */
const COST = (10 * PRICE.input + 5 * PRICE.output) / 1e6;
const COST_DETAILS = {
  upstreamInferenceCost: null,
  upstreamInferencePromptCost: (10 * PRICE.input) / 1e6,
  upstreamInferenceCompletionsCost: (5 * PRICE.output) / 1e6,
};

test('a chat: what it cost is in its usage, and its generation is found at once', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  const client = openRouterClient(gateway);
  const chat = await client.chat.send({ chatRequest: { model: 'gpt-4o', messages: MESSAGES } });
  assert.ok('choices' in chat);
  assert.equal(chat.choices[0]?.message.content, 'hi');
  assert.equal(chat.systemFingerprint, null);
  assert.deepEqual([chat.usage?.cost, chat.usage?.isByok, chat.usage?.promptTokens], [COST, false, 10]);
  assert.deepEqual(chat.usage?.costDetails, COST_DETAILS);
  assert.equal(chat.usage?.promptTokensDetails?.cachedTokens, 0);
  assert.equal(chat.usage?.completionTokensDetails?.reasoningTokens, 0);
  const { data } = await client.generations.getGeneration({ id: chat.id });
  assert.deepEqual(
    [data.upstreamId, data.totalCost, data.streamed, data.apiType],
    [chat.id, COST, false, 'completions'],
  );
  assert.deepEqual([data.nativeTokensPrompt, data.nativeTokensCompletion, data.finishReason], [10, 5, 'stop']);
});

test('what a generation said is read where it is kept, and what it failed with', async (context) => {
  const refusal = JSON.stringify({ error: { message: 'no such thing', type: 'invalid_request_error' } });
  const { gateway } = await gatewayAndUpstream(
    context,
    (request) =>
      answer(request, request.body.includes('fail') ? { status: 400, body: refusal } : { body: chatAnswer('hi') }),
    { more: 'defaults: { request_log: { prompts: full } }' },
  );
  const client = openRouterClient(gateway);
  const chat = await client.chat.send({ chatRequest: { model: 'gpt-4o', messages: MESSAGES } });
  assert.ok('choices' in chat);
  const { data } = await client.generations.listGenerationContent({ id: chat.id });
  assert.deepEqual(data, { input: { messages: MESSAGES }, output: { completion: 'hi', reasoning: null }, error: null });

  const failed = await gateway.post('/v1/chat/completions', chatBody({ user: 'fail' }));
  const id = failed.headers.get('x-generation-id') ?? '';
  const { error, output } = (await client.generations.listGenerationContent({ id })).data;
  assert.deepEqual([error?.status, error?.raw, error?.previousErrors], [400, refusal, []]);
  assert.deepEqual(output, { completion: null, reasoning: null });
});

test('a stream: the last chunk has the usage and the cost, nobody asked for it', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => {
    startStream(request);
    request.socket.end(chatChunk('h') + chatChunk('i', { finish: 'stop' }) + usageChunk(10, 5) + DONE);
  });
  const client = openRouterClient(gateway);
  const stream = await client.chat.send({ chatRequest: { model: 'gpt-4o', messages: MESSAGES, stream: true } });
  assert.ok(!('choices' in stream));
  const chunks = await Array.fromAsync(stream);
  assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'hi');
  assert.deepEqual(
    chunks.flatMap(({ usage }) => (usage === undefined ? [] : [[usage.cost, usage.costDetails, usage.promptTokens]])),
    [[COST, COST_DETAILS, 10]],
  );
  assert.match(upstream.requests[0]?.body ?? '', /"stream_options":\{"include_usage":true\}/);
});

test('other doors tell the cost to who asks for it in the way of OpenRouter, and nobody else', async (context) => {
  const body = chatAnswer('hi');
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => answer(request, { body }));
  const plain = await gateway.post('/v1/chat/completions', chatBody());
  assert.equal(plain.text, body, 'byte for byte');
  const asked = await gateway.post('/v1/chat/completions', chatBody({ usage: { include: true } }));
  assert.equal((JSON.parse(asked.text) as { usage: { cost: number } }).usage.cost, COST);
  assert.doesNotMatch(upstream.requests[1]?.body ?? '', /"usage"/, 'a word for this gateway alone');
});

test('responses, embeddings and models', async (context) => {
  const gateway = await startGateway(context, { config: 'version: 1\nsandbox: on\n' });
  const client = openRouterClient(gateway);
  const response = await client.responses.send({ responsesRequest: { model: 'sandbox/echo', input: 'hello' } });
  assert.ok('output' in response);
  const cost = response.usage?.cost ?? 0;
  assert.ok(cost > 0);
  const { upstreamInferenceInputCost: input = 0, upstreamInferenceOutputCost: output = 0 } =
    response.usage?.costDetails ?? {};
  assert.equal(Math.round((input + output) * 1e9), Math.round(cost * 1e9));
  const stream = await client.responses.send({
    responsesRequest: { model: 'sandbox/echo', input: 'hello', stream: true },
  });
  assert.ok(!('output' in stream));
  const events = await Array.fromAsync(stream);
  const completed = events.find((event) => event.type === 'response.completed');
  assert.ok(completed?.type === 'response.completed');
  assert.equal(completed.response.usage?.cost, cost);
  const vectors = await client.embeddings.generate({ requestBody: { model: 'sandbox/embed', input: 'hello' } });
  assert.ok(typeof vectors === 'object' && (vectors.usage?.cost ?? 0) > 0);
  const pages = await Array.fromAsync(await client.models.list());
  assert.ok(pages.some(({ result }) => result.data.some(({ id }) => id === 'sandbox/echo')));
});

test("Anthropic's words at that door: the cost stands in the usage, plain and streamed", async (context) => {
  const gateway = await startGateway(context, { config: 'version: 1\nsandbox: on\n' });
  const asked = { model: 'sandbox/echo', max_tokens: 100, messages: MESSAGES };
  const plain = await gateway.post('/api/v1/messages', asked);
  const { cost } = (JSON.parse(plain.text) as { usage: { cost: number } }).usage;
  assert.ok(cost > 0, plain.text);
  const stream = await gateway.post('/api/v1/messages', { ...asked, stream: true });
  const delta = /data: (\{"type":"message_delta".*)\n/.exec(stream.text)?.[1] ?? '{}';
  assert.equal((JSON.parse(delta) as { usage: { cost: number } }).usage.cost, cost, stream.text);
  assert.ok(stream.text.trimEnd().endsWith('"message_stop"}'), stream.text);
});

test('keys are made, listed, read, changed and deleted, and one key knows itself', async (context) => {
  const gateway = await startGateway(context, { config: 'version: 1\nsandbox: on\n' });
  const client = openRouterClient(gateway);
  const made = await client.apiKeys.create({ requestBody: { name: 'ci', limit: 1, limitReset: 'daily' } });
  const { hash } = made.data;
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    [made.data.name, made.data.limit, made.data.limitRemaining, made.data.limitReset],
    ['ci', 1, 1, 'daily'],
  );
  await client.apiKeys.create({ requestBody: { name: 'ci', expiresAt: new Date(Date.now() + 1e6) } });

  const own = openRouterClient(gateway, made.key);
  const chat = await own.chat.send({ chatRequest: { model: 'sandbox/echo', messages: MESSAGES } });
  assert.ok('choices' in chat);
  const cost = chat.usage?.cost ?? 0;
  assert.ok(cost > 0);
  const { data: self } = await own.apiKeys.getCurrentKeyMetadata();
  assert.deepEqual([self.usage, self.usageDaily, self.usageWeekly, self.usageMonthly], [cost, cost, cost, cost]);
  assert.deepEqual(
    [self.limit, self.limitReset, self.isManagementKey, self.label],
    [1, 'daily', false, made.data.label],
  );
  assert.equal(Math.round((self.limitRemaining ?? 0) * 1e9), Math.round((1 - cost) * 1e9));

  assert.deepEqual(
    (await client.apiKeys.list()).data.map(({ name }) => name),
    ['ci', 'ci'],
  );
  assert.deepEqual(
    (await client.apiKeys.list({ offset: 1 })).data.map((key) => [key.hash, key.usage]),
    [[hash, cost]],
  );
  const changed = await client.apiKeys.update({
    hash,
    requestBody: { name: 'nightly', disabled: true, limitReset: null },
  });
  assert.deepEqual(
    [changed.data.name, changed.data.disabled, changed.data.limit, changed.data.limitReset],
    ['nightly', true, 1, null],
  );
  assert.equal((await client.apiKeys.list()).data.length, 1);
  assert.equal((await client.apiKeys.list({ includeDisabled: true })).data.length, 2);
  await assert.rejects(own.apiKeys.getCurrentKeyMetadata(), errors.UnauthorizedResponseError);
  assert.equal((await client.apiKeys.get({ hash })).data.name, 'nightly');
  assert.deepEqual(await client.apiKeys.delete({ hash }), { deleted: true });
  await assert.rejects(client.apiKeys.get({ hash }), errors.NotFoundResponseError);
});

test('an ordinary key manages none, a management key all of its house, and calls no models', async (context) => {
  const gateway = await startGateway(context, { config: 'version: 1\nsandbox: on\n' });
  const ordinary = await gateway.createKey({ max_budget: 0.000001 });
  await assert.rejects(openRouterClient(gateway, ordinary).apiKeys.list(), { statusCode: 403 });
  const manager = await gateway.createKey({ key_type: 'management', models: ['sandbox/echo'] });
  const managing = openRouterClient(gateway, manager);
  const { data: self } = await managing.apiKeys.getCurrentKeyMetadata();
  assert.deepEqual([self.isManagementKey, self.isProvisioningKey], [true, true]);
  assert.equal((await managing.apiKeys.list()).data.length, 1, 'the ordinary one, and not itself');
  const call = { chatRequest: { model: 'sandbox/echo', messages: MESSAGES } };
  await assert.rejects(managing.chat.send(call), errors.ForbiddenResponseError);
  const made = await managing.apiKeys.create({ requestBody: { name: 'made' } });
  const listed = await openRouterClient(gateway, made.key).models.list();
  const [page] = await Array.fromAsync(listed);
  assert.deepEqual(
    page?.result.data.map(({ id }) => id),
    ['sandbox/echo'],
    'no more than its maker may',
  );
  for (const path of ['/key/list', `/key/info?key=${ordinary}`])
    assert.notEqual((await gateway.get(path, manager)).status, 200, path);

  const refused = await openRouterClient(gateway, ordinary)
    .chat.send(call)
    .catch((error: unknown) => error);
  assert.ok(refused instanceof errors.PaymentRequiredResponseError, String(refused));
  assert.deepEqual(
    [refused.error.code, refused.error.metadata?.['limit_source'], refused.error.metadata?.['error_type']],
    [402, 'openrouter_key_limit', 'payment_required'],
  );
});

test("an upstream's refusal is told in OpenRouter's words, with what came in it", async (context) => {
  const body = JSON.stringify({ error: { message: 'bad temperature', type: 'invalid_request_error', code: 'x' } });
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { status: 400, body }));
  const client = openRouterClient(gateway);
  const call = client.chat.send({ chatRequest: { model: 'gpt-4o', messages: MESSAGES } });
  const refused = await call.catch((error: unknown) => error);
  assert.ok(refused instanceof errors.BadRequestResponseError, String(refused));
  assert.match(refused.error.message, /bad temperature/);
  assert.deepEqual(
    [refused.error.metadata?.['raw'], refused.error.metadata?.['provider_name']],
    [body, 'openai-compatible'],
  );
});

test('two organizations: the manager of one sees and changes nothing of the other', async (context) => {
  const gateway = await startGateway(context, { config: 'version: 1\nsandbox: on\n' });
  const managers = await Promise.all(
    ['one', 'two'].map(async (id) => {
      await gateway.post('/organization/new', { organization_id: id, organization_alias: id });
      await gateway.post('/team/new', { team_id: `team-${id}`, team_alias: `team-${id}`, organization_id: id });
      return openRouterClient(gateway, await gateway.createKey({ key_type: 'management', organization_id: id }));
    }),
  );
  const [one, two] = managers;
  assert.ok(one !== undefined && two !== undefined);
  const made = await one.apiKeys.create({ requestBody: { name: 'mine' } });
  await gateway.createKey({ team_id: 'team-one', metadata: { name: "the team's" } });
  await gateway.createKey({ metadata: { name: "nobody's" } });
  assert.deepEqual((await one.apiKeys.list()).data.map(({ name }) => name).sort(), ['mine', "the team's"]);
  assert.deepEqual((await two.apiKeys.list()).data, []);
  const own = openRouterClient(gateway, made.key);
  assert.equal((await own.apiKeys.getCurrentKeyMetadata()).data.organizationId, 'one');
  const { hash } = made.data;
  const random = 'f'.repeat(64);
  for (const asked of [hash, random]) {
    await assert.rejects(two.apiKeys.get({ hash: asked }), errors.NotFoundResponseError);
    await assert.rejects(
      two.apiKeys.update({ hash: asked, requestBody: { disabled: true } }),
      errors.NotFoundResponseError,
    );
    await assert.rejects(two.apiKeys.delete({ hash: asked }), errors.NotFoundResponseError);
  }
  assert.equal((await one.apiKeys.get({ hash })).data.disabled, false);
  const elsewhere = { name: 'x', workspaceId: 'nowhere' };
  await assert.rejects(one.apiKeys.create({ requestBody: elsewhere }), errors.BadRequestResponseError);
  const stranger = { name: 'x', creatorUserId: 'mallory' };
  await assert.rejects(one.apiKeys.create({ requestBody: stranger }), errors.BadRequestResponseError);
  const over = { name: 'x', expiresAt: new Date(1_000) };
  await assert.rejects(one.apiKeys.create({ requestBody: over }), errors.BadRequestResponseError);
});
