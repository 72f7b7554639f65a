import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

const NAMES = ['claude-haiku-4-5', 'claude-sonnet-4-5', 'gpt-4o'];

async function start(context: TestContext): Promise<{ readonly gateway: Gateway; readonly called: () => string[] }> {
  const upstream = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  const config = `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k }
models:
  claude-haiku-4-5: up/haiku
  claude-sonnet-4-5: up/sonnet
  gpt-4o: { deployments: [up/gpt-4o], context_window: 128k }
`;
  const called = () => upstream.requests.map(({ body }) => String(JSON.parse(body).model));
  return { gateway: await startGateway(context, { config }), called };
}

test('whoever knocks is answered, without a key', async (context) => {
  const { gateway } = await start(context);
  for (const path of ['/', '/api/hello']) {
    const response = await fetch(gateway.url + path, { method: 'HEAD' });
    assert.deepEqual([response.status, await response.text()], [200, ''], path);
  }
  const told = await gateway.post('/api/event_logging/batch', { events: [{ event_type: 'started' }] }, '');
  assert.deepEqual([told.status, told.text], [200, '{"status":"ok"}']);
});

test("Ollama's client lists and shows", async (context) => {
  const { gateway } = await start(context);
  const client = new Ollama({ host: gateway.url, headers: { authorization: `Bearer ${MASTER_KEY}` } });
  const { models } = await client.list();
  assert.deepEqual(models.map(({ name }) => name).sort(), NAMES);
  const model = await client.show({ model: 'gpt-4o' });
  assert.equal((model.model_info as unknown as Record<string, unknown>)['waybill.context_length'], 128_000);
  await assert.rejects(client.show({ model: 'gpt-4oo' }), /does not exist.*'gpt-4o'/);
  assert.match(JSON.parse((await gateway.get('/api/version', '')).text).version, /^\d+\.\d+\.\d+$/);
  assert.equal((await gateway.get('/ollama/api/tags')).status, 200);
  const refused = await gateway.get('/api/tags', 'sk-wrong');
  assert.deepEqual([refused.status, typeof JSON.parse(refused.text).error], [401, 'string']);
});

test("Bedrock's list of profiles", async (context) => {
  const { gateway } = await start(context);
  const { text } = await gateway.get('/inference-profiles?type=SYSTEM_DEFINED');
  const profiles: { inferenceProfileId: string; status: string }[] = JSON.parse(text).inferenceProfileSummaries;
  assert.deepEqual(profiles.map(({ inferenceProfileId: id }) => id).sort(), NAMES);
  assert.ok(profiles.every(({ status }) => status === 'ACTIVE'));
});

test("pages of Anthropic's and Gemini's clients", async (context) => {
  const { gateway } = await start(context);
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: MASTER_KEY });
  const first = await anthropic.models.list({ limit: 2 });
  assert.deepEqual([first.data.length, first.has_more], [2, true]);
  const all = await Array.fromAsync(anthropic.models.list({ limit: 2 }));
  assert.deepEqual(all.map(({ id }) => id).sort(), NAMES);
  const google = new GoogleGenAI({ apiKey: MASTER_KEY, httpOptions: { baseUrl: gateway.url, apiVersion: 'v1beta' } });
  const listed = await Array.fromAsync(await google.models.list({ config: { pageSize: 1 } }));
  assert.deepEqual(
    listed.map(({ name }) => name).sort(),
    NAMES.map((name) => `models/${name}`),
  );
});

test('what Claude Code and Codex read of a list', async (context) => {
  const { gateway } = await start(context);
  const response = await fetch(`${gateway.url}/v1/models?limit=1000`, {
    headers: { 'anthropic-version': '2023-06-01', authorization: `Bearer ${MASTER_KEY}` },
  });
  const { data } = (await response.json()) as { data: Record<string, unknown>[] };
  const gpt = data.find(({ id }) => id === 'gpt-4o');
  assert.deepEqual([gpt?.['display_name'], gpt?.['description']], ['gpt-4o', 'At openai-compatible, 128000 tokens']);
  const codex = JSON.parse((await gateway.get('/v1/models?client_version=0.169.0')).text);
  assert.deepEqual([codex.data.length, codex.models], [3, []]);
  assert.equal('models' in JSON.parse((await gateway.get('/v1/models')).text), false);
});

test('names that agents ask for by themselves are the configured ones, with a date or without', async (context) => {
  const { gateway, called } = await start(context);
  const key = await gateway.createKey({ models: ['claude-haiku-4-5'] });
  const ask = (model: string, secret = key) =>
    gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, secret);
  assert.equal((await ask('claude-haiku-4-5-20251001')).status, 200);
  assert.deepEqual(called(), ['haiku']);
  // No way around the key's models.
  assert.equal((await ask('claude-sonnet-4-5-20250929')).status, 404);
  assert.equal((await ask('claude-sonnet-4-5')).status, 403);
  assert.equal((await ask('claude-sonnet-4-5-20250929', MASTER_KEY)).status, 200);
  assert.deepEqual(called(), ['haiku', 'sonnet']);
  assert.equal((await gateway.get('/v1/models/claude-haiku-4-5-20251001', key)).status, 200);
});
