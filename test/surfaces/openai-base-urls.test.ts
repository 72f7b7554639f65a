import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { answer, chatAnswer, chatChunk, DONE, startStream, usageChunk } from '../support/upstream.ts';

const MESSAGES = [{ role: 'user' as const, content: 'hello' }];
/** As people write them into a client. */
const BASES = ['/v1', '/v1/', '', '/', '/openai', '/v1/v1', '/openai/v1', '/api/v1'];

test('every base URL that people use: chats, streams, completions, embeddings, models', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(
    context,
    (request) => {
      if (!JSON.parse(request.body).stream) return answer(request, { body: chatAnswer('hi') });
      startStream(request);
      request.socket.end(chatChunk('hi') + usageChunk(1, 1) + DONE);
    },
    { more: 'sandbox: on' },
  );
  for (const base of BASES) {
    const client = openAiClient(gateway, { baseURL: gateway.url + base });
    const completion = await client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
    assert.equal(completion.choices[0]?.message.content, 'hi', base);
    const stream = await client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES, stream: true });
    const words = (await Array.fromAsync(stream)).map(({ choices }) => choices[0]?.delta.content);
    // OpenRouter's API tells the usage to all, in one chunk more.
    assert.deepEqual(words, base === '/api/v1' ? ['hi', undefined] : ['hi'], base);
    const text = await client.completions.create({ model: 'sandbox/echo', prompt: 'hello' });
    assert.equal(text.choices[0]?.text, 'hello', base);
    const embedded = await client.embeddings.create({ model: 'sandbox/embed', input: 'hello' });
    assert.equal(embedded.data[0]?.embedding.length, 256, base);
    const listed = await Array.fromAsync(client.models.list());
    assert.ok(
      listed.some(({ id }) => id === 'gpt-4o'),
      base,
    );
    assert.equal((await client.models.retrieve('sandbox/echo')).id, 'sandbox/echo', base);
    const unknown = await refusalOf(client.chat.completions.create({ model: 'gpt-4oo', messages: MESSAGES }));
    assert.ok(unknown instanceof OpenAI.NotFoundError, base);
    assert.equal(unknown.code, base === '/api/v1' ? 404 : 'model_not_found', base);
  }
  assert.equal(upstream.requests.length, 2 * BASES.length);
  assert.deepEqual([...new Set(upstream.requests.map(({ path }) => path))], ['/v1/chat/completions']);
  assert.equal((await spendRows(gateway)).length, 5 * BASES.length);
});

test('other base URLs are no doors, and say so', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('hi') }),
  );
  for (const base of ['/v2', '/v1/v1/v1', '/v1/openai']) {
    const client = openAiClient(gateway, { baseURL: gateway.url + base });
    const refusal = await refusalOf(client.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES }));
    assert.ok(refusal instanceof OpenAI.NotFoundError, base);
    assert.equal(refusal.code, 'not_found', base);
  }
  const later = await refusalOf(openAiClient(gateway).images.generate({ model: 'gpt-image-1', prompt: 'a cat' }));
  assert.ok(later instanceof OpenAI.NotFoundError);
  assert.equal(later.code, 'not_available_yet');
  assert.equal(upstream.requests.length, 0);
});
