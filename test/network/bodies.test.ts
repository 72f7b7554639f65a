import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const LIMIT = 10_000;

const CHUNKED_HEAD = [
  'POST /v1/chat/completions HTTP/1.1',
  'Host: gateway',
  `Authorization: Bearer ${MASTER_KEY}`,
  'Content-Type: application/json',
  'Transfer-Encoding: chunked',
  '\r\n',
].join('\r\n');

/** A body of exactly so many bytes. */
function bodyOf(bytes: number): string {
  const empty = chatBody({ padding: '' }).length;
  return chatBody({ padding: 'x'.repeat(bytes - empty) });
}

test('413 one byte beyond the limit, claimed, unclaimed, or promised and never sent; nothing is buffered or sent on', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(
    context,
    (request) => answer(request, { body: chatAnswer('hello') }),
    { more: `server: { max_body: ${LIMIT} }` },
  );

  assert.equal((await gateway.post('/v1/chat/completions', bodyOf(LIMIT))).status, 200);
  const claimed = await gateway.post('/v1/chat/completions', bodyOf(LIMIT + 1));
  assert.equal(claimed.status, 413, claimed.text);
  assert.match(errorOf(claimed.text).message, /larger than 10000 bytes/);

  const promised = await openRaw(context, gateway.port);
  const head = rawPost('/v1/chat/completions', MASTER_KEY, '').replace(
    'Content-Length: 0',
    'Content-Length: 9999999999',
  );
  promised.socket.write(head);
  assert.match(await promised.until(/max_body/), /^HTTP\/1\.1 413/);
  await promised.ended;

  const chunked = await openRaw(context, gateway.port);
  chunked.socket.write(CHUNKED_HEAD);
  const piece = 'x'.repeat(4_096);
  for (let sent = 0; sent <= LIMIT; sent += piece.length) chunked.socket.write(`1000\r\n${piece}\r\n`);
  assert.match(await chunked.until(/max_body/), /^HTTP\/1\.1 413/);
  await chunked.ended;

  assert.equal(upstream.requests.length, 1);
  assert.equal((await gateway.post('/v1/chat/completions', chatBody())).status, 200, 'the gateway is well');
});

test('a body in chunks of a byte each is read like any other', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('hello') }),
  );
  const client = await openRaw(context, gateway.port);
  const body = chatBody({ temperature: 0.7, unknown: [1.0, 2] });
  client.socket.write(CHUNKED_HEAD);
  for (const byte of body) client.socket.write(`1\r\n${byte}\r\n`);
  client.socket.write('0\r\n\r\n');
  assert.match(await client.until(/hello/), /^HTTP\/1\.1 200/);
  assert.equal(upstream.requests[0]?.body, body.replace('"gpt-4o"', '"gpt-4o-2024-08-06"'));
});

const BAD: readonly (readonly [body: string, status: number, message: RegExp])[] = [
  ['', 400, /empty|JSON/i],
  ['hello', 400, /position|line|column|character/i],
  ['{"model": "gpt-4o", "messages": [}', 400, /position 32|column 33|line 1/i],
  ['[]', 400, /object/i],
  ['null', 400, /object/i],
  ['{"messages": []}', 400, /model/],
  ['{"model": 7, "messages": []}', 400, /model/],
  ['{"model": "gpt-4o"}', 400, /messages/],
  ['{"model": "gpt-4o", "messages": "hello"}', 400, /messages/],
  ['{"model": "gpt-4o", "messages": [], "stream": "yes"}', 400, /stream/],
  ['{"model": "gpt-4o", "messages": [], "max_tokens": "many"}', 400, /max_tokens/],
  ['{"model": "gpt-4o", "messages": [], "n": -1}', 400, /\bn\b/],
  ['{"model": "gpt-4o", "model": "gpt-4", "messages": []}', 400, /model.*twice/i],
  ['{"model": "gpt-4o", "messages": [], "stream": true, "stream": false}', 400, /stream.*twice/i],
  ['{"model": "gpt-4o", "messages": [], "n": 1, "\\u006e": 100}', 400, /\bn\b.*twice/i],
  ['{"model": "gpt-4o", "messages": [], "max_tokens": 1, "max_tokens": 100000}', 400, /max_tokens.*twice/i],
  ['{"model": "gpt-5o", "messages": [{"role":"user","content":"x"}]}', 404, /Did you mean 'gpt-4o'/],
];

test('a body that is wrong is refused where it is wrong, and never goes upstream', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, () => undefined);
  for (const [body, status, message] of BAD) {
    const refused = await gateway.post('/v1/chat/completions', body);
    assert.equal(refused.status, status, `${body}: ${refused.text}`);
    assert.match(errorOf(refused.text).message, message, body);
    assert.ok(refused.headers.get('x-request-id'), body);
  }
  assert.equal(upstream.requests.length, 0);
  assert.ok((await spendRows(gateway)).every(({ spend }) => spend === 0));
});

test('requests that two servers could read in two ways are refused', async (context) => {
  const { gateway, upstream } = await gatewayAndUpstream(context, () => undefined);
  const body = chatBody();
  const head = `Authorization: Bearer ${MASTER_KEY}\r\nContent-Type: application/json\r\n`;
  const length = `Content-Length: ${body.length}\r\n`;
  const post = 'POST /v1/chat/completions HTTP/1.1\r\n';
  const smuggled = {
    'two Hosts': `${post}Host: a\r\nHost: b\r\n${head}${length}\r\n${body}`,
    'no Host': `${post}${head}${length}\r\n${body}`,
    'an absolute target': `POST http://169.254.169.254/v1/chat/completions HTTP/1.1\r\nHost: a\r\n${head}${length}\r\n${body}`,
    'a header __proto__': `${post}Host: a\r\n__proto__: x\r\n${head}${length}\r\n${body}`,
    'two lengths': `${post}Host: a\r\n${head}${length}Content-Length: 1\r\n\r\n${body}`,
    'length and chunks': `${post}Host: a\r\n${head}${length}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a long head': `${post}Host: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n${head}${length}\r\n${body}`,
    'a length with a sign': `${post}Host: a\r\n${head}Content-Length: +${body.length}\r\n\r\n${body}`,
    'a length twice in one': `${post}Host: a\r\n${head}Content-Length: 0, ${body.length}\r\n\r\n${body}`,
    'a space before the colon': `${post}Host: a\r\n${head}${length}Transfer-Encoding : chunked\r\n\r\n${body}`,
    'a folded line': `${post}Host: a\r\n${head}X-One: two\r\n ${length}\r\n${body}`,
    'a bare LF': `${post}Host: a\r\n${head}X-One: two\n${length}\r\n${body}`,
    'a bare CR': `${post}Host: a\r\n${head}X-One: two\r${length}\r\n${body}`,
    NUL: `${post}Host: a\r\n${head}X-One: t\0wo\r\n${length}\r\n${body}`,
  };
  // On a kept connection whoever read the first request may be another one than who reads the second.
  const plain = rawPost('/v1/chat/completions', 'sk-unknown', body);
  for (const [name, text] of Object.entries(smuggled)) {
    const [fresh, kept] = [await openRaw(context, gateway.port), await openRaw(context, gateway.port)];
    fresh.socket.write(text);
    assert.match(await fresh.until(/\r\n\r\n/), /^HTTP\/1\.1 4\d\d/, name);
    kept.socket.write(plain);
    const before = await kept.until(/^HTTP\/1\.1 401[\s\S]*\}$/);
    kept.socket.write(text);
    await kept.until(/HTTP[\s\S]*HTTP/);
    assert.match(kept.text().slice(before.length), /^HTTP\/1\.1 4\d\d/, name);
    for (const client of [fresh, kept]) client.socket.destroy();
  }
  assert.equal(upstream.requests.length, 0);
  assert.equal((await gateway.get('/health/liveliness')).status, 200);
});

test('a body of administration is read for callers who are known, and up to its own limit', async (context) => {
  const gateway = await startGateway(context);
  const body = JSON.stringify({ key_alias: 'x'.repeat(1_100_000) });
  const refused = await gateway.post('/key/generate', body);
  assert.deepEqual([refused.status, refused.headers.get('connection')], [413, 'close']);
  assert.equal((await gateway.post('/key/generate', body, 'sk-wrong')).status, 401);
});
