import assert from 'node:assert/strict';
import { test } from 'node:test';
import type OpenAI from 'openai';
import { startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { chatChunk, DONE, startStream, type UpstreamRequest, usageChunk, write } from '../support/upstream.ts';

const HELLO: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'hello' }];
const STOP = chatChunk('', { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const ROLE = chatChunk('', { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });

async function streamHello({ socket, ...request }: UpstreamRequest): Promise<void> {
  startStream({ socket, ...request });
  for (const event of [ROLE, chatChunk('Good '), chatChunk('day'), STOP, usageChunk(11, 3), DONE])
    await write(socket, event);
  socket.end();
}

test('a stream that did not ask for usage: none comes, and it is in the books all the same', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, streamHello);
  const stream = await openAiClient(gateway).chat.completions.create({
    model: 'gpt-4o',
    messages: HELLO,
    stream: true,
  });
  const chunks = await Array.fromAsync(stream);
  assert.deepEqual(
    chunks.map(({ choices }) => [choices.length, choices[0]?.delta.content, choices[0]?.finish_reason]),
    [
      [1, '', null],
      [1, 'Good ', null],
      [1, 'day', null],
      [1, undefined, 'stop'],
    ],
  );
  assert.ok(chunks.every((chunk) => !('usage' in chunk)));
  assert.deepEqual(JSON.parse(upstream.requests[0]?.body ?? ''), {
    model: 'gpt-4o-2024-08-06',
    messages: HELLO,
    stream: true,
    stream_options: { include_usage: true },
  });
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.prompt_tokens, row?.completion_tokens, row?.status], [11, 3, 'success']);
  assert.equal(row?.metadata.priced, true);
  assert.equal(row?.spend, (11 * 2 + 3 * 10) / 1e6);
});

test('other stream options are kept when usage is asked for in the place of the client', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, streamHello);
  for (const options of [{ include_obfuscation: false }, { include_usage: false }]) {
    const stream = await openAiClient(gateway).chat.completions.create({
      model: 'gpt-4o',
      messages: HELLO,
      stream: true,
      stream_options: options,
    });
    const chunks = await Array.fromAsync(stream);
    assert.equal(chunks.length, 4);
    assert.ok(chunks.every((chunk) => !('usage' in chunk)));
    assert.deepEqual(JSON.parse(upstream.requests.at(-1)?.body ?? '').stream_options, {
      ...options,
      include_usage: true,
    });
  }
});

test('a stream that asked for usage: it comes last, and the request goes up as it was', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, streamHello);
  const asked = { model: 'gpt-4o', messages: HELLO, stream: true, stream_options: { include_usage: true } } as const;
  const chunks = await Array.fromAsync(await openAiClient(gateway).chat.completions.create(asked));
  assert.equal(chunks.length, 5);
  assert.deepEqual(chunks.at(-1)?.choices, []);
  assert.deepEqual(chunks.at(-1)?.usage, { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 });
  assert.equal(upstream.requests[0]?.body, JSON.stringify({ ...asked, model: 'gpt-4o-2024-08-06' }));
});

test("the client's accumulating stream comes to a whole completion", async (context) => {
  const { gateway } = await gatewayAndUpstream(context, streamHello);
  const stream = openAiClient(gateway).chat.completions.stream({
    model: 'gpt-4o',
    messages: HELLO,
    stream_options: { include_usage: true },
  });
  const deltas: string[] = [];
  stream.on('content', (delta) => deltas.push(delta));
  const completion = await stream.finalChatCompletion();
  assert.equal(completion.choices[0]?.message.content, 'Good day');
  assert.equal(completion.choices[0]?.finish_reason, 'stop');
  assert.equal((await stream.totalUsage()).total_tokens, 14);
  assert.deepEqual(
    deltas.filter((delta) => delta !== ''),
    ['Good ', 'day'],
  );
});

test('each piece arrives when the upstream sends it, not at the end', async (context) => {
  let proceed: () => void = () => undefined;
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    startStream(request);
    for (const word of ['one', 'two', 'three']) {
      const asked = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      await write(request.socket, chatChunk(word));
      await asked;
    }
    request.socket.end(STOP + usageChunk(11, 3) + DONE);
  });
  const stream = await openAiClient(gateway).chat.completions.create({
    model: 'gpt-4o',
    messages: HELLO,
    stream: true,
  });
  const words: (string | null | undefined)[] = [];
  // The upstream waits for each word to have been read before it says the next one.
  for await (const chunk of stream) {
    words.push(chunk.choices[0]?.delta.content);
    proceed();
  }
  assert.deepEqual(words, ['one', 'two', 'three', undefined]);
});

test('the sandbox streams words, and usage only if asked', async (context) => {
  const client = openAiClient(await startGateway(context));
  for (const asked of [true, false]) {
    const stream = await client.chat.completions.create({
      model: 'sandbox/echo',
      messages: [{ role: 'user', content: 'one two three' }],
      stream: true,
      ...(asked ? { stream_options: { include_usage: true } } : {}),
    });
    const chunks = await Array.fromAsync(stream);
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), 'one two three');
    assert.equal(chunks.filter(({ usage }) => usage !== undefined && usage !== null).length, asked ? 1 : 0);
    assert.equal(chunks.filter(({ choices }) => choices.length === 0).length, asked ? 1 : 0);
  }
});
