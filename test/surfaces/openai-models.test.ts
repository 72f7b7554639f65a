import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { startGateway } from '../support/gateway.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';

/** Nothing listens there: a list must not depend on what is upstream. */
const CONFIG = `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: k }
models:
  gpt-4o: { deployments: [up/gpt-4o], context_window: 128k, max_output: 16k }
  gpt-4o-mini: up/gpt-4o-mini
  org/qwen3:latest: up/qwen3
  qwen3:8b: up/qwen3
  secret-model: { deployments: [up/secret], hidden: true }
  "claude-*": up/claude-*
`;

test('the list and its entries: configured names, not hidden ones, not patterns', async (context) => {
  const client = openAiClient(await startGateway(context, { config: CONFIG }));
  const listed = await Array.fromAsync(client.models.list());
  assert.deepEqual(listed.map(({ id }) => id).sort(), ['gpt-4o', 'gpt-4o-mini', 'org/qwen3:latest', 'qwen3:8b']);
  for (const model of listed) {
    assert.equal(model.object, 'model');
    assert.equal(model.owned_by, 'openai-compatible');
    assert.ok(Number.isInteger(model.created));
    assert.deepEqual(await client.models.retrieve(model.id), model, model.id);
  }
  const { context_length: window, max_output_tokens: most } = (listed.find(({ id }) => id === 'gpt-4o') ??
    {}) as Record<string, unknown>;
  assert.deepEqual([window, most], [128_000, 16_000]);
  // Not listed, and yet to be had.
  for (const id of ['secret-model', 'claude-5', 'up/anything:free', 'up/some/deep/path'])
    assert.equal((await client.models.retrieve(id)).id, id);
});

test('a model that is not there: 404 with the nearest names', async (context) => {
  const client = openAiClient(await startGateway(context, { config: CONFIG }));
  const refusal = await refusalOf(client.models.retrieve('gpt-4o-mni'));
  assert.ok(refusal instanceof OpenAI.NotFoundError);
  assert.deepEqual([refusal.code, refusal.param, refusal.type], ['model_not_found', 'model', 'invalid_request_error']);
  assert.match(refusal.message, /'gpt-4o-mni'.*'gpt-4o-mini', 'gpt-4o'/);
  assert.doesNotMatch(refusal.message, /secret-model/);
});

test('a key of few models sees those alone', async (context) => {
  const gateway = await startGateway(context, { config: CONFIG });
  const apiKey = await gateway.createKey({ models: ['gpt-4o-mini', 'claude-*'] });
  const client = openAiClient(gateway, { apiKey });
  assert.deepEqual(
    (await Array.fromAsync(client.models.list())).map(({ id }) => id),
    ['gpt-4o-mini'],
  );
  assert.equal((await client.models.retrieve('claude-5')).id, 'claude-5');
  for (const id of ['gpt-4o', 'secret-model']) {
    const refusal = await refusalOf(client.models.retrieve(id));
    assert.ok(refusal instanceof OpenAI.NotFoundError, id);
  }
  const unknown = await refusalOf(client.models.retrieve('gpt-4o-minx'));
  assert.match(unknown.message, /'gpt-4o-mini'/);
  assert.doesNotMatch(unknown.message, /'gpt-4o'/);
});

test('without a key there is no list', async (context) => {
  const gateway = await startGateway(context, { config: CONFIG });
  const client = openAiClient(gateway, { apiKey: 'sk-wrong-0123456789abcdef' });
  const refusal = await refusalOf(Array.fromAsync(client.models.list()));
  assert.ok(refusal instanceof OpenAI.AuthenticationError);
});

test("methods of Gemini's that are not served yet say so", async (context) => {
  const gateway = await startGateway(context, { config: CONFIG });
  for (const method of ['batchGenerateContent', 'predict', 'predictLongRunning']) {
    const { status, text } = await gateway.post(`/v1beta/models/gpt-4o:${method}`, {});
    assert.deepEqual([status, JSON.parse(text).error.code], [404, 'not_available_yet'], method);
  }
});
