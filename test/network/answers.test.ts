import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { startGateway } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import {
  type AnswerParts,
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  startUpstream,
  usageChunk,
} from '../support/upstream.ts';

const STREAM = chatChunk('one') + chatChunk('two') + usageChunk(7, 3) + DONE;
const SEEN = chatChunk('one') + chatChunk('two') + DONE;
const SSE = 'text/event-stream';
const everyByte = (text: string | Buffer): number[] => Array.from({ length: text.length - 1 }, (_, at) => at + 1);

const CODINGS = {
  gzip: (text: string) => gzipSync(text),
  br: (text: string) => brotliCompressSync(text),
  zstd: (text: string) => zstdCompressSync(text),
};

test('compressed answers are unpacked, counted, and passed as what they hold', async (context) => {
  let coding: keyof typeof CODINGS = 'gzip';
  const { gateway } = await gatewayAndUpstream(context, (request) => {
    const streamed = request.body.includes('"stream":true');
    const body = CODINGS[coding](streamed ? STREAM : chatAnswer('hello'));
    const cuts = streamed ? everyByte(body) : [];
    return answer(request, {
      type: streamed ? SSE : 'application/json',
      headers: { 'content-encoding': coding },
      body,
      cuts,
    });
  });
  for (coding of ['gzip', 'br', 'zstd'] as const) {
    const plain = await gateway.post('/v1/chat/completions', chatBody());
    assert.equal(plain.text, chatAnswer('hello'), coding);
    assert.equal(plain.headers.get('content-encoding'), null);
    const streamed = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
    assert.equal(streamed.text, SEEN, coding);
  }
  const rows = await spendRows(gateway);
  assert.equal(rows.length, 6);
  for (const row of rows) assert.ok(row.spend === (10 * 2 + 5 * 10) / 1e6 || row.spend === (7 * 2 + 3 * 10) / 1e6);
});

test('streams in pieces of a byte, with CRLF, with comments, with a mark at the front', async (context) => {
  let body = '';
  let cut = true;
  const { gateway } = await gatewayAndUpstream(context, (request) =>
    answer(request, { type: SSE, body, cuts: cut ? everyByte(Buffer.from(body)) : [] }),
  );
  const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
  const cases: readonly (readonly [name: string, sent: string, seen: string])[] = [
    ['LF', STREAM, SEEN],
    ['CRLF', crlf(STREAM), crlf(SEEN)],
    ['CR', STREAM.replaceAll('\n', '\r'), SEEN.replaceAll('\n', '\r')],
    ['comments', `: hi\n\n${STREAM}`, `: hi\n\n${SEEN}`],
    ['a byte order mark', `\uFEFF${STREAM}`, `\uFEFF${SEEN}`],
    ['no blank line at the end', STREAM.slice(0, -1), SEEN.slice(0, -1)],
    ['other scripts', `${chatChunk('日本語 🙂')}${usageChunk(7, 3)}${DONE}`, `${chatChunk('日本語 🙂')}${DONE}`],
  ];
  for (cut of [true, false]) {
    for (const [name, sent, seen] of cases) {
      body = sent;
      const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
      assert.equal(status, 200, `${name}: ${text}`);
      // The client's decoder takes a mark at the front away.
      assert.equal(text, seen.replace(/^\uFEFF/, ''), name);
      const [row] = await spendRows(gateway);
      assert.deepEqual([row?.prompt_tokens, row?.completion_tokens], [7, 3], name);
    }
  }
});

test('a stream under the wrong content type is a stream all the same', async (context) => {
  let type: string | null = 'application/json';
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { type, body: STREAM }));
  for (type of ['application/json', 'text/plain', 'application/octet-stream', null]) {
    const { status, headers, text } = await gateway.post('/v1/chat/completions', chatBody({ stream: true }));
    assert.equal(status, 200, text);
    assert.match(headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(text, SEEN);
  }
});

const GARBAGE: Readonly<Record<string, AnswerParts & { readonly stream?: true }>> = {
  'truncated JSON': { body: chatAnswer('hello').slice(0, -20) },
  HTML: { type: 'text/html', body: '<html><body>It works!</body></html>' },
  nothing: { body: '' },
  'no object': { body: '"hello"' },
  'an empty stream': { type: SSE, body: '', stream: true },
  'a stream of comments': { type: SSE, body: ': hi\n\n: hi\n\n', stream: true },
  'a broken gzip': { headers: { 'content-encoding': 'gzip' }, body: 'this is no gzip' },
  'an unknown coding': { headers: { 'content-encoding': 'rot13' }, body: chatAnswer('hello') },
  'an error at the front of a stream': {
    type: SSE,
    body: 'data: {"error":{"message":"overloaded","code":503}}\n\n',
    stream: true,
  },
  'an error under status 200': { body: '{"error":{"message":"overloaded","code":503}}' },
  'a server error': { status: 500, body: '{"error":{"message":"oops"}}' },
  'a page of a proxy': { status: 502, type: 'text/html', body: '<h1>502 Bad Gateway</h1>' },
  'a redirect': { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' },
};

test('what is no answer is passed over for the next candidate, and nobody pays for it', async (context) => {
  let garbage: AnswerParts = { body: '' };
  const bad = await startUpstream(context, (request) => answer(request, garbage));
  const good = await startUpstream(context, (request) =>
    request.body.includes('"stream":true')
      ? answer(request, { type: SSE, body: STREAM })
      : answer(request, { body: chatAnswer('hello') }),
  );
  const gateway = await startGateway(context, {
    config: `credentials:
  bad: { provider: openai-compatible, base_url: "${bad.url}", api_key: sk-bad }
  good: { provider: openai-compatible, base_url: "${good.url}", api_key: sk-good }
models:
  gpt-4o:
    price: { input: 2, output: 10 }
    deployments: [bad/gpt-4o, { use: good/gpt-4o, priority: 2 }]
  alone: { deployments: [bad/gpt-4o], price: { input: 2, output: 10 } }
routing: { retries: 0, cooldown: 0s }
`,
  });
  for (const [name, parts] of Object.entries(GARBAGE)) {
    garbage = parts;
    const { stream = false } = parts;
    const { status, text } = await gateway.post('/v1/chat/completions', chatBody({ stream }));
    assert.equal(status, 200, `${name}: ${text}`);
    assert.equal(text, stream ? SEEN : chatAnswer('hello'), name);
    const [row] = await spendRows(gateway);
    const tries = row?.metadata.attempts ?? [];
    assert.deepEqual([tries.length, tries[1]?.outcome], [2, 'answered'], name);
    assert.notEqual(tries[0]?.outcome, 'answered', name);
    assert.equal(row?.spend, stream ? (7 * 2 + 3 * 10) / 1e6 : (10 * 2 + 5 * 10) / 1e6, name);

    const alone = await gateway.post('/v1/chat/completions', chatBody({ stream, model: 'alone' }));
    assert.ok(alone.status >= 500, `${name}: ${alone.status} ${alone.text}`);
    const [failed] = await spendRows(gateway);
    assert.deepEqual([failed?.status, failed?.spend], ['failure', 0], name);
  }
});

test('an upstream that refuses the request has its status and body passed on', async (context) => {
  const body =
    '{"error": {"message": "temperature is too high", "type":"invalid_request_error",  "param":"temperature"}}';
  const { gateway, upstream } = await gatewayAndUpstream(
    context,
    (request) => answer(request, { status: 422, body, headers: { 'set-cookie': 'a=b', location: 'http://x/' } }),
    { routing: '{ retries: 2 }' },
  );
  const refused = await gateway.post('/v1/chat/completions', chatBody({ temperature: 9 }));
  assert.deepEqual([refused.status, refused.text], [422, body]);
  assert.equal(refused.headers.get('set-cookie'), null);
  assert.equal(refused.headers.get('location'), null);
  assert.equal(upstream.requests.length, 1, 'no other try would do better');
});

test("an upstream's word on the operator's credential never reaches the caller", async (context) => {
  for (const status of [401, 402, 403]) {
    const { gateway } = await gatewayAndUpstream(context, (request) =>
      answer(request, { status, body: `{"error":{"message":"key sk-upstream-secret of org Acme is bad"}}` }),
    );
    const refused = await gateway.post('/v1/chat/completions', chatBody());
    assert.equal(refused.status, 503);
    assert.equal(errorOf(refused.text).code, 'upstream_credential');
    assert.doesNotMatch(refused.text, /Acme|sk-upstream/);
    assert.doesNotMatch(gateway.errors(), /sk-upstream-secret/);
  }
});
