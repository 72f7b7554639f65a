import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient, refusalOf } from '../support/openai-client.ts';
import { answer, chatAnswer, chatChunk, type Script, startStream, write } from '../support/upstream.ts';

const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hello' }] };

test("an upstream's 429: tried again, then passed on with the time it named", async (context) => {
  const error = { message: 'Slow down.', type: 'requests', param: null, code: 'rate_limit_exceeded' };
  const { gateway, upstream } = await gatewayAndUpstream(
    context,
    (request) => answer(request, { status: 429, headers: { 'retry-after': '7' }, body: JSON.stringify({ error }) }),
    { routing: '{ retries: 2 }' },
  );
  const refusal = await refusalOf(openAiClient(gateway).chat.completions.create(ASK));
  assert.ok(refusal instanceof OpenAI.RateLimitError);
  assert.deepEqual(refusal.error, error);
  assert.equal(refusal.headers?.get('retry-after'), '7');
  assert.equal(upstream.requests.length, 3);
  const [row] = await spendRows(gateway);
  assert.deepEqual(
    row?.metadata.attempts.map(({ outcome }) => outcome),
    ['rate_limit_exceeded', 'rate_limit_exceeded', 'rate_limit_exceeded'],
  );
  assert.deepEqual([row?.status, row?.spend], ['failure', 0]);
});

test("an upstream's 503: tried again, and answered when it has passed", async (context) => {
  let refuse = 2;
  const { gateway, upstream } = await gatewayAndUpstream(
    context,
    (request) =>
      refuse-- > 0
        ? answer(request, { status: 503, type: 'text/html', body: '<h1>busy</h1>' })
        : answer(request, { body: chatAnswer('at last') }),
    { routing: '{ retries: 2 }' },
  );
  const { data, response } = await openAiClient(gateway).chat.completions.create(ASK).withResponse();
  assert.equal(data.choices[0]?.message.content, 'at last');
  assert.equal(response.headers.get('x-litellm-attempted-retries'), '2');
  assert.equal(upstream.requests.length, 3);
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.status, row?.metadata.attempts.length], ['success', 3]);
});

test("an upstream's 503 that stays: InternalServerError of that status", async (context) => {
  const body = JSON.stringify({ error: { message: 'Overloaded.', type: 'server_error', code: null, param: null } });
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => answer(request, { status: 503, body }), {
    routing: '{ retries: 1, allowed_fails: 100 }',
  });
  for (const stream of [false, true]) {
    const refusal = await refusalOf(openAiClient(gateway).chat.completions.create({ ...ASK, stream }));
    assert.ok(refusal instanceof OpenAI.InternalServerError);
    assert.equal(refusal.status, 503);
    assert.match(refusal.message, /Overloaded\./);
  }
  assert.equal(upstream.requests.length, 4);
});

test("an upstream's 401: 503 without its words, and the client is told not to repeat it", async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { status: 401, body: '{"error":{"message":"Incorrect API key provided: sk-upst***cret"}}' }),
  );
  const refusal = await refusalOf(openAiClient(gateway, { maxRetries: 2 }).chat.completions.create(ASK));
  assert.ok(refusal instanceof OpenAI.InternalServerError);
  assert.deepEqual([refusal.status, refusal.code], [503, 'upstream_credential']);
  assert.equal(refusal.headers?.get('x-should-retry'), 'false');
  assert.doesNotMatch(JSON.stringify(refusal.error), /sk-upst|Incorrect/);
  assert.equal(upstream.requests.length, 1);
});

test('an upstream that hangs up: 502, and the client may repeat it', async (context) => {
  let hangUps = 1;
  const hangsUp: Script = (request) => {
    if (hangUps-- > 0) request.socket.destroy();
    else return answer(request, { body: chatAnswer('at last') });
  };
  const { gateway } = await gatewayAndUpstream(context, hangsUp, { routing: '{ retries: 0, allowed_fails: 5 }' });
  const refusal = await refusalOf(openAiClient(gateway).chat.completions.create(ASK));
  assert.ok(refusal instanceof OpenAI.InternalServerError);
  assert.deepEqual([refusal.status, refusal.code], [502, 'upstream_unreachable']);
  hangUps = 1;
  const completion = await openAiClient(gateway, { maxRetries: 1 }).chat.completions.create(ASK);
  assert.equal(completion.choices[0]?.message.content, 'at last');
  assert.equal((await spendRows(gateway)).length, 3);
});

test('a stream that breaks off: what came is read, then an APIError, and the call is in the books', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    request.socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n');
    const event = chatChunk('half of it');
    await write(request.socket, `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
    setTimeout(() => request.socket.destroy(), 50);
  });
  const stream = await openAiClient(gateway).chat.completions.create({ ...ASK, stream: true });
  const words: unknown[] = [];
  const refusal = await refusalOf(
    (async () => {
      for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content);
    })(),
  );
  assert.deepEqual(words, ['half of it']);
  assert.equal(refusal.code, 'upstream_ended');
  const [row] = await spendRows(gateway);
  assert.equal(row?.status, 'failure');
  assert.equal(row?.completion_tokens, 'half of it'.length);
});

test('a stream that begins with an error is refused before it begins', async (context) => {
  const error = { message: 'No capacity.', type: 'server_error', param: null, code: 'overloaded' };
  const { gateway } = await gatewayAndUpstream(context, (request) => {
    startStream(request);
    request.socket.end(`data: ${JSON.stringify({ error })}\n\n`);
  });
  const refusal = await refusalOf(openAiClient(gateway).chat.completions.create({ ...ASK, stream: true }));
  assert.ok(refusal instanceof OpenAI.InternalServerError);
  assert.ok((refusal.status ?? 0) >= 500);
  assert.match(refusal.message, /No capacity\./);
});
