import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, DONE, startStream, write } from '../support/upstream.ts';

const USAGE = { prompt_tokens: 6, completion_tokens: 4, total_tokens: 10 };

function textEvent(text: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const choices = [{ index: 0, text, logprobs: null, finish_reason: null }];
  return { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'gpt-4o', choices, ...more };
}

test('completions: prompt, suffix and the rest go up, the text comes down', async (context) => {
  const body = textEvent('', {
    choices: [{ index: 0, text: ' world', logprobs: null, finish_reason: 'stop' }],
    usage: USAGE,
  });
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: JSON.stringify(body) }),
  );
  const asked = { model: 'gpt-4o', prompt: 'hello', suffix: '!', max_tokens: 5, echo: false, logprobs: 2 };
  const completion = await openAiClient(gateway).completions.create(asked);
  assert.deepEqual(JSON.parse(JSON.stringify(completion)), body);
  assert.equal(upstream.requests[0]?.path, '/v1/completions');
  assert.equal(upstream.requests[0]?.body, JSON.stringify({ ...asked, model: 'gpt-4o-2024-08-06' }));
  const [row] = await spendRows(gateway);
  assert.equal(row?.['call_type'], 'atext_completion');
  assert.deepEqual([row?.prompt_tokens, row?.completion_tokens, row?.spend], [6, 4, (6 * 2 + 4 * 10) / 1e6]);
});

test('completions, streamed: usage is withheld unless asked for, and metered either way', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, async (request) => {
    startStream(request);
    const events = [
      textEvent(' wor'),
      textEvent('ld'),
      textEvent('', { choices: [{ index: 0, text: '', logprobs: null, finish_reason: 'length' }] }),
      textEvent('', { choices: [], usage: USAGE }),
    ];
    for (const event of events) await write(request.socket, `data: ${JSON.stringify(event)}\n\n`);
    request.socket.end(DONE);
  });
  const client = openAiClient(gateway);
  for (const asked of [false, true]) {
    const stream = await client.completions.create({
      model: 'gpt-4o',
      prompt: 'hello',
      stream: true,
      ...(asked ? { stream_options: { include_usage: true } } : {}),
    });
    const chunks = await Array.fromAsync(stream);
    assert.equal(chunks.map(({ choices }) => choices[0]?.text ?? '').join(''), ' world');
    assert.equal(chunks.length, asked ? 4 : 3);
    assert.deepEqual(chunks.at(-1)?.usage, asked ? USAGE : undefined);
    assert.deepEqual(JSON.parse(upstream.requests.at(-1)?.body ?? '').stream_options, { include_usage: true });
  }
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map((row) => [row.prompt_tokens, row.completion_tokens]),
    [
      [6, 4],
      [6, 4],
    ],
  );
});

test('completions of several prompts, from the sandbox', async (context) => {
  const client = openAiClient(await startGateway(context));
  const completion = await client.completions.create({ model: 'sandbox/echo', prompt: ['one', 'two'], max_tokens: 9 });
  assert.deepEqual(
    completion.choices.map(({ index, text }) => [index, text]),
    [
      [0, 'one'],
      [1, 'two'],
    ],
  );
  const stream = await client.completions.create({ model: 'sandbox/echo', prompt: 'one two', stream: true });
  const chunks = await Array.fromAsync(stream);
  assert.equal(chunks.map(({ choices }) => choices[0]?.text ?? '').join(''), 'one two');
});
