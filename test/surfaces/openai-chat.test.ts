import assert from 'node:assert/strict';
import { test } from 'node:test';
import type OpenAI from 'openai';
import { startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const HELLO: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'hello' },
];

test('a chat: the request goes up and the answer comes down as they were, but for the model', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('Good day, Zoë 👋') }),
  );
  const asked = {
    model: 'gpt-4o',
    messages: HELLO,
    temperature: 0.3,
    max_completion_tokens: 64,
    stop: ['END'],
    logit_bias: { '50256': -100 },
    metadata: { job: 'nightly' },
    seed: 7,
    user: 'u-1',
  };
  const completion = await openAiClient(gateway).chat.completions.create(asked);
  assert.deepEqual(plain(completion), JSON.parse(chatAnswer('Good day, Zoë 👋')));
  const [sent] = upstream.requests;
  assert.equal(upstream.requests.length, 1);
  assert.deepEqual([sent?.method, sent?.path], ['POST', '/v1/chat/completions']);
  assert.equal(sent?.body, JSON.stringify({ ...asked, model: 'gpt-4o-2024-08-06' }));
  assert.equal(sent?.headers.authorization, 'Bearer sk-upstream-secret');
  const [row] = await spendRows(gateway);
  assert.deepEqual(
    [row?.prompt_tokens, row?.completion_tokens, row?.['model_group'], row?.['end_user'], row?.['call_type']],
    [10, 5, 'gpt-4o', 'u-1', 'acompletion'],
  );
});

test('fields that this version has never heard of reach the upstream and come back', async (context) => {
  const body = JSON.stringify({ ...JSON.parse(chatAnswer('hi')), service_tier: 'flex', x_new: { deep: [1, null] } });
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => answer(request, { body }));
  const asked = { model: 'gpt-4o', messages: HELLO, verbosity_2030: { level: 0.1 }, top_k: 5 };
  const completion = await openAiClient(gateway).chat.completions.create(asked);
  assert.equal(upstream.requests[0]?.body, JSON.stringify({ ...asked, model: 'gpt-4o-2024-08-06' }));
  assert.deepEqual(plain(completion), JSON.parse(body));
});

test('images in the content arrive upstream byte for byte', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('A cat.') }),
  );
  const pixels = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251)).toString('base64');
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${pixels}`, detail: 'high' } },
        { type: 'image_url', image_url: { url: 'https://example.com/cat.png?a=1&b=ü' } },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
      ],
    },
  ];
  const completion = await openAiClient(gateway).chat.completions.create({ model: 'gpt-4o', messages });
  assert.equal(completion.choices[0]?.message.content, 'A cat.');
  assert.equal(upstream.requests[0]?.body, JSON.stringify({ model: 'gpt-4o-2024-08-06', messages }));
});

test('several choices, log probabilities and a refusal come through', async (context) => {
  const logprobs = { content: [{ token: 'a', logprob: -0.1, bytes: [97], top_logprobs: [] }], refusal: null };
  const body = JSON.stringify({
    ...JSON.parse(chatAnswer('')),
    choices: [
      { index: 0, message: { role: 'assistant', content: 'a', refusal: null }, logprobs, finish_reason: 'stop' },
      {
        index: 1,
        message: { role: 'assistant', content: null, refusal: 'No.' },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
  });
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => answer(request, { body }));
  const completion = await openAiClient(gateway).chat.completions.create({
    model: 'gpt-4o',
    messages: HELLO,
    n: 2,
    logprobs: true,
  });
  assert.deepEqual(completion.choices[0]?.logprobs, logprobs);
  assert.equal(completion.choices[1]?.message.refusal, 'No.');
  assert.equal(JSON.parse(upstream.requests[0]?.body ?? '').n, 2);
});

test('the sandbox: plain, to a limit, several answers, and by its own clock', async (context) => {
  const client = openAiClient(await startGateway(context));
  const echo = await client.chat.completions.create({ model: 'sandbox/echo', messages: HELLO });
  assert.equal(echo.choices[0]?.message.content, 'hello');
  assert.equal(echo.choices[0]?.finish_reason, 'stop');
  assert.ok((echo.usage?.completion_tokens ?? 0) > 0);
  const many = await client.chat.completions.create({
    model: 'sandbox/lorem',
    messages: HELLO,
    n: 3,
    max_completion_tokens: 4,
  });
  assert.deepEqual(
    many.choices.map(({ index, finish_reason: reason }) => [index, reason]),
    [
      [0, 'length'],
      [1, 'length'],
      [2, 'length'],
    ],
  );
  assert.equal(many.usage?.completion_tokens, 12);
});

/** Without what the client adds to an answer. */
function plain(answered: object): unknown {
  return JSON.parse(JSON.stringify(answered));
}
