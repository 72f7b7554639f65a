import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';

const CONFIG = `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: k }
models:
  gpt-4o: { deployments: [up/gpt-4o], context_window: 128k, max_output: 16k }
  claude-sonnet: up/claude
`;

test('the official clients of Anthropic and Gemini list models, and read one', async (context) => {
  const { url } = await startGateway(context, { config: CONFIG });
  const anthropic = new Anthropic({ baseURL: url, apiKey: MASTER_KEY });
  const listed = await Array.fromAsync(anthropic.models.list());
  assert.deepEqual(listed.map(({ id, type }) => [id, type]).sort(), [
    ['claude-sonnet', 'model'],
    ['gpt-4o', 'model'],
  ]);
  assert.equal((await anthropic.models.retrieve('gpt-4o')).display_name, 'gpt-4o');

  const gemini = new GoogleGenAI({ apiKey: MASTER_KEY, httpOptions: { baseUrl: url } });
  const models = await Array.fromAsync(await gemini.models.list());
  assert.deepEqual(models.map(({ name }) => name).sort(), ['models/claude-sonnet', 'models/gpt-4o']);
  assert.equal((await gemini.models.get({ model: 'gpt-4o' })).inputTokenLimit, 128_000);
});

test('refusals are in the words of the client that asks', async (context) => {
  const { url } = await startGateway(context, { config: CONFIG });
  const anthropic = new Anthropic({ baseURL: url, apiKey: 'sk-wrong', maxRetries: 0 });
  await assert.rejects(async () => anthropic.models.list(), Anthropic.AuthenticationError);
  const known = new Anthropic({ baseURL: url, apiKey: MASTER_KEY });
  await assert.rejects(async () => known.models.retrieve('gpt-4'), { status: 404, type: 'not_found_error' });
  const wrongMethod = await fetch(`${url}/v1/messages`, { headers: { 'x-api-key': MASTER_KEY } });
  const body = (await wrongMethod.json()) as { type: string; error: { message: string } };
  assert.deepEqual([wrongMethod.status, body.type], [405, 'error']);
});
