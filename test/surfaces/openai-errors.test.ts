import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };

test('an unknown model: NotFoundError with the nearest names, and nothing goes upstream', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('x') }),
  );
  const client = openAiClient(gateway, { maxRetries: 2 });
  for (const stream of [false, true]) {
    const refusal = await refusalOf(client.chat.completions.create({ ...ASK, model: 'gpt-4oo', stream }));
    assert.ok(refusal instanceof OpenAI.NotFoundError);
    assert.deepEqual([refusal.status, refusal.code, refusal.param], [404, 'model_not_found', 'model']);
    assert.match(refusal.message, /'gpt-4oo'.*Did you mean 'gpt-4o'/);
    assert.match(refusal.message, /models: \{ "gpt-4oo": gpt-4o \}/);
    assert.match(refusal.requestID ?? '', /./);
  }
  assert.equal(upstream.requests.length, 0);
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map((row) => [row.status, row.spend]),
    [
      ['failure', 0],
      ['failure', 0],
    ],
  );
});

test('a wrong key and none: AuthenticationError, without the key in it and without a row in the books', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('x') }),
  );
  const apiKey = 'sk-wrong-0123456789-secret-abcdef';
  const wrong = await refusalOf(openAiClient(gateway, { apiKey, maxRetries: 2 }).chat.completions.create(ASK));
  assert.ok(wrong instanceof OpenAI.AuthenticationError);
  assert.deepEqual([wrong.status, wrong.code], [401, 'invalid_api_key']);
  assert.doesNotMatch(JSON.stringify(wrong) + wrong.message, /0123456789/);
  const none = await refusalOf(
    openAiClient(gateway, { defaultHeaders: { authorization: null } }).chat.completions.create(ASK),
  );
  assert.ok(none instanceof OpenAI.AuthenticationError);
  assert.equal(none.code, 'missing_credential');
  assert.equal(upstream.requests.length, 0);
  assert.deepEqual(await spendRows(gateway), []);
});

test('a field of a wrong type: BadRequestError that names it, and nothing goes upstream', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('x') }),
  );
  const client = openAiClient(gateway, { maxRetries: 2 });
  const faults: readonly (readonly [Record<string, unknown>, param: string])[] = [
    [{ messages: 'hello' }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: undefined }, 'messages'],
    [{ messages: [{ content: 'no role' }] }, 'messages[0].role'],
    [{ messages: [...ASK.messages, { role: 'user', content: 7 }] }, 'messages[1].content'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ n: 0 }, 'n'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ max_completion_tokens: 1.5 }, 'max_completion_tokens'],
    [{ stream: 'yes' }, 'stream'],
    [{ stream_options: [] }, 'stream_options'],
    [{ tools: {} }, 'tools'],
    [{ model: 4 }, 'model'],
    [{ model: undefined }, 'model'],
  ];
  for (const [fault, param] of faults) {
    const body = { ...ASK, ...fault } as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming;
    const refusal = await refusalOf(client.chat.completions.create(body));
    assert.ok(refusal instanceof OpenAI.BadRequestError, JSON.stringify(fault));
    assert.deepEqual([refusal.code, refusal.param], ['invalid_request', param], JSON.stringify(fault));
    assert.match(refusal.message, new RegExp(`'${param.replace(/[[\]]/g, '\\$&')}'`));
  }
  const embedding = await refusalOf(client.embeddings.create({ model: 'gpt-4o', input: 5 as unknown as string }));
  assert.deepEqual([embedding.status, embedding.param], [400, 'input']);
  const completion = await refusalOf(
    client.completions.create({ model: 'gpt-4o', prompt: { a: 1 } as unknown as string }),
  );
  assert.deepEqual([completion.status, completion.param], [400, 'prompt']);
  assert.equal(upstream.requests.length, 0);
});

for (const [status, kind] of [
  [400, OpenAI.BadRequestError],
  [422, OpenAI.UnprocessableEntityError],
] as const) {
  test(`an upstream's ${status} comes down with its status and body, after one try`, async (context) => {
    const error = {
      message: 'Unsupported value: 2030.',
      type: 'invalid_request_error',
      param: 'verbosity',
      code: 'unsupported_value',
      inner: { hint: 'é' },
    };
    const { gateway, upstream } = await gatewayAndUpstream(
      context,
      (request) => answer(request, { status, body: JSON.stringify({ error }) }),
      { routing: '{ retries: 2 }' },
    );
    const client = openAiClient(gateway, { maxRetries: 2 });
    for (const stream of [false, true]) {
      const refusal = await refusalOf(client.chat.completions.create({ ...ASK, stream }));
      assert.ok(refusal instanceof kind);
      assert.deepEqual(refusal.error, error);
      assert.deepEqual([refusal.status, refusal.code, refusal.param], [status, error.code, error.param]);
    }
    assert.equal(upstream.requests.length, 2);
    const [row] = await spendRows(gateway);
    assert.deepEqual([row?.status, row?.spend, row?.metadata.attempts.length], ['failure', 0, 1]);
  });
}

test('the sandbox refuses what is too long as OpenAI does', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, () => undefined, { more: 'sandbox: on' });
  const content = 'word '.repeat(200_000);
  const refusal = await refusalOf(
    openAiClient(gateway).chat.completions.create({ model: 'sandbox/echo', messages: [{ role: 'user', content }] }),
  );
  assert.ok(refusal instanceof OpenAI.BadRequestError);
  assert.equal(refusal.code, 'context_length_exceeded');
  assert.match(refusal.message, /maximum context length/);
});
