import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { httpUpstream, listen, originOf, rawUpstream, send, testTransport, until } from './transport-fixture.ts';

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

const cut: readonly {
  name: string;
  answer: string;
  close: 'end' | 'reset';
  kind: string;
  afterHead: boolean;
  afterData: boolean;
}[] = [
  { name: 'nothing, closed', answer: '', close: 'end', kind: 'reset', afterHead: false, afterData: false },
  { name: 'nothing, reset', answer: '', close: 'reset', kind: 'reset', afterHead: false, afterData: false },
  {
    name: 'half a head',
    answer: 'HTTP/1.1 200 OK\r\ncontent-',
    close: 'end',
    kind: 'reset',
    afterHead: false,
    afterData: false,
  },
  {
    name: 'less than content-length',
    answer: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello',
    close: 'end',
    kind: 'ended-early',
    afterHead: true,
    afterData: true,
  },
  {
    name: 'less than content-length, connection: close',
    answer: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\nhello',
    close: 'end',
    kind: 'ended-early',
    afterHead: true,
    afterData: true,
  },
  {
    name: 'no last chunk',
    answer: `${CHUNKED}5\r\nhello\r\n`,
    close: 'end',
    kind: 'ended-early',
    afterHead: true,
    afterData: true,
  },
  {
    name: 'half a chunk',
    answer: `${CHUNKED}5\r\nhel`,
    close: 'end',
    kind: 'ended-early',
    afterHead: true,
    afterData: true,
  },
  {
    name: 'no last chunk, connection: close',
    answer: `HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
    close: 'end',
    kind: 'ended-early',
    afterHead: true,
    afterData: true,
  },
  {
    name: 'reset in mid-chunk',
    answer: `${CHUNKED}5\r\nhel`,
    close: 'reset',
    kind: 'reset',
    afterHead: true,
    afterData: true,
  },
  {
    name: 'reset where only the close would end it',
    answer: 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello',
    close: 'reset',
    kind: 'reset',
    afterHead: true,
    afterData: true,
  },
  { name: 'only a head', answer: CHUNKED, close: 'end', kind: 'ended-early', afterHead: true, afterData: false },
  {
    name: 'not HTTP',
    answer: 'SSH-2.0-OpenSSH_9.6\r\n\r\n',
    close: 'end',
    kind: 'bad-response',
    afterHead: false,
    afterData: false,
  },
  {
    name: 'two lengths',
    answer: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    close: 'end',
    kind: 'bad-response',
    afterHead: false,
    afterData: false,
  },
  {
    name: 'a chunk size that is none',
    answer: `${CHUNKED}zz\r\nhello\r\n`,
    close: 'end',
    kind: 'bad-response',
    afterHead: true,
    afterData: false,
  },
];

for (const { name, answer, close, kind, afterHead, afterData } of cut) {
  test(`cut short: ${name}`, async (t) => {
    const upstream = await rawUpstream(t, (socket) => {
      if (answer !== '') socket.write(answer);
      setTimeout(() => void (close === 'end' ? socket.end() : socket.resetAndDestroy()), 30);
    });
    const transport = testTransport(t);
    const call = send(transport, upstream.origin);
    await call.done;
    const { failure } = call;
    assert.equal(call.ended, false, 'a clean end');
    assert.deepEqual(
      [failure?.kind, failure?.afterHead, failure?.afterData],
      [kind, afterHead, afterData],
      failure?.message ?? '',
    );
    assert.equal(failure?.origin, upstream.origin);
    assert.ok(!failure.message.includes(upstream.origin));
    await until(() => transport.openSockets() === 0, 200);
  });
}

test('connect: nobody listens', async (t) => {
  const server = createServer();
  await listen(t, server);
  const origin = originOf(server);
  await new Promise((resolve) => server.close(resolve));
  const call = send(testTransport(t), origin);
  await call.done;
  assert.equal(call.failure?.kind, 'connect');
  assert.match(call.failure?.message ?? '', /ECONNREFUSED/);
});

test('connect: a name that does not resolve', async (t) => {
  const call = send(testTransport(t), 'http://no-such-host.invalid');
  await call.done;
  assert.equal(call.failure?.kind, 'connect');
});

test('a header that cannot be sent fails the call, not the process, and not before send returns', async (t) => {
  const transport = testTransport(t);
  const call = send(transport, 'http://127.0.0.1:9', { headers: ['bad header', 'x'] });
  await call.done;
  assert.equal(call.failure?.kind, 'connect');
  assert.equal(transport.openSockets(), 0);
});

test('a failure never quotes a key, a query or what was received', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.end('SECRET-ANSWER\r\n\r\n'));
  const call = send(testTransport(t), upstream.origin, {
    path: '/v1/x?key=SECRET-QUERY',
    headers: ['authorization', 'Bearer SECRET-KEY'],
  });
  await call.done;
  assert.doesNotMatch(call.failure?.message ?? 'SECRET', /SECRET/);
});

const text = `data: ${JSON.stringify({ text: 'hello '.repeat(2000) })}\n\n`;
const encodings: readonly [name: string, bytes: Buffer][] = [
  ['gzip', gzipSync(text)],
  ['x-gzip', gzipSync(text)],
  ['GZIP', gzipSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
];
for (const [name, bytes] of encodings) {
  test(`compressed in spite of accept-encoding: ${name}`, async (t) => {
    const origin = await httpUpstream(t, (_request, response) => {
      response.writeHead(200, {
        'content-encoding': name,
        'content-length': String(bytes.length),
        'content-type': 'text/event-stream',
      });
      for (const byte of bytes.subarray(0, 20)) response.write(Buffer.of(byte));
      response.end(bytes.subarray(20));
    });
    const call = send(testTransport(t), origin);
    await call.done;
    assert.equal(call.failure, null);
    assert.equal(call.text(), text);
    assert.equal(call.header('content-encoding'), null);
    assert.equal(call.header('content-length'), null);
    assert.equal(call.header('content-type'), 'text/event-stream');
  });
}

test('compressed, and cut short', async (t) => {
  const bytes = gzipSync(text);
  const origin = await httpUpstream(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(bytes.subarray(0, bytes.length - 20));
  });
  const call = send(testTransport(t), origin);
  await call.done;
  assert.equal(call.failure?.kind, 'ended-early');
});

test('compressed, and broken', async (t) => {
  const origin = await httpUpstream(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end('this is no gzip at all');
  });
  const call = send(testTransport(t), origin);
  await call.done;
  assert.equal(call.failure?.kind, 'bad-response');
});

test('an unknown encoding is a bad answer; an empty compressed one is empty', async (t) => {
  const origin = await httpUpstream(t, (request, response) => {
    response.writeHead(200, { 'content-encoding': request.url === '/empty' ? 'gzip' : 'rot13, gzip' });
    response.end(request.url === '/empty' ? undefined : 'x');
  });
  const transport = testTransport(t);
  const unknown = send(transport, origin);
  await unknown.done;
  assert.equal(unknown.failure?.kind, 'bad-response');
  const empty = send(transport, origin, { path: '/empty' });
  await empty.done;
  assert.equal(empty.ended, true);
});

test('a decompression bomb is stopped', async (t) => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const origin = await httpUpstream(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(bomb);
  });
  let received = 0;
  const call = send(testTransport(t), origin, {
    onData: (chunk) => {
      received += chunk.length;
      call.chunks.length = 0;
    },
  });
  await call.done;
  assert.equal(call.failure?.kind, 'bad-response');
  assert.match(call.failure?.message ?? '', /100 times/);
  assert.ok(received < 25 * 1024 * 1024, `${received} bytes came out`);
});

test('a compressed answer is paused and resumed like any other', async (t) => {
  const pieces = Array.from({ length: 200 }, (_, index) =>
    Buffer.from(Array.from({ length: 500 }, (__, at) => Math.sin(index * 500 + at)).join(' ')),
  );
  const bytes = gzipSync(Buffer.concat(pieces));
  const origin = await httpUpstream(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(bytes);
  });
  const call = send(testTransport(t), origin, {
    onData: () => {
      call.handle.pause();
      setImmediate(() => call.handle.resume());
    },
  });
  await call.done;
  assert.equal(call.failure, null);
  assert.equal(call.text(), Buffer.concat(pieces).toString());
});
