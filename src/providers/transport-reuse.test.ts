import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createConnections } from '../network/index.ts';
import { systemClock } from '../std/index.ts';
import { openTransport } from './transport.ts';
import { listen, originOf, rawUpstream, send, sleep, testTransport, until } from './transport-fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

const notReusable: readonly [name: string, answer: string][] = [
  ['more than the answer', `${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
  ['a line end too many', `${OK}\r\n`],
  ['connection: close, and left open', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}'],
  ['one more second only', 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\n{}'],
];
for (const [name, answer] of notReusable) {
  test(`not used again: ${name}`, async (t) => {
    const upstream = await rawUpstream(t, (socket) => void socket.write(answer));
    const transport = testTransport(t);
    for (let index = 0; index < 2; index++) {
      const call = send(transport, upstream.origin);
      await call.done;
      assert.equal(call.text(), '{}');
      await until(() => transport.openSockets() === 0, 500);
    }
    assert.equal(upstream.sockets.length, 2);
  });
}

test('bytes that come unasked, after the answer, are nobody’s answer', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.write(OK);
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'), 20);
  });
  const transport = testTransport(t);
  await send(transport, upstream.origin).done;
  await until(() => transport.openSockets() === 0, 500);
  const call = send(transport, upstream.origin);
  await call.done;
  assert.equal(call.text(), '{}');
  assert.equal(upstream.sockets.length, 2);
});

test('an idle connection is closed when the time is up for which the server keeps it', async (t) => {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const connections = createConnections({ ca: [], httpProxy: null, httpsProxy: null, noProxy: null });
  const transport = openTransport({ connections, clock });
  t.after(() => transport.close());
  const hint = 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=5\r\ncontent-length: 2\r\n\r\n{}';
  const upstream = await rawUpstream(t, (socket) => void socket.write(hint));
  await send(transport, upstream.origin).done;
  nowMs = 3_900;
  await send(transport, upstream.origin).done;
  assert.equal(upstream.sockets.length, 1, 'used within the time, which then begins anew');
  nowMs = 8_000;
  await send(transport, upstream.origin).done;
  assert.equal(upstream.sockets.length, 2, 'a call finds it out, a second before the server would close');
  nowMs = 20_000;
  await until(() => transport.openSockets() === 0, 2_000);
});

test('an answer that comes before the request was taken is the answer, and the connection has served', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\n{}');
  });
  const transport = testTransport(t);
  const call = send(transport, upstream.origin, { body: Buffer.alloc(64 * 1024 * 1024) });
  await call.done;
  assert.equal(call.status, 413);
  assert.equal(call.ended, true);
  await until(() => transport.openSockets() === 0, 500);
});

test('a long request arrives as it was sent', async (t) => {
  let received = '';
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (received.endsWith('39999,')) socket.write(OK);
    });
  });
  await listen(t, server);
  const transport = testTransport(t);
  const body = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `${index},`).join(''));
  const call = send(transport, originOf(server), { body });
  await call.done;
  assert.equal(call.ended, true);
  assert.ok(received.endsWith(`\r\ncontent-length: ${body.length}\r\n\r\n${body}`));
});

test('a request that holds line ends is refused before there is a connection', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(OK));
  const transport = testTransport(t);
  const evil = [
    { headers: ['x-a', 'b\r\nx-admin: 1'] },
    { headers: ['x-a\r\nx-admin', '1'] },
    { headers: ['content-length', '0'] },
    { path: '/v1 HTTP/1.1\r\n\r\nGET /admin' },
  ];
  for (const options of evil) {
    const call = send(transport, upstream.origin, options);
    await call.done;
    assert.equal(call.failure?.kind, 'connect');
    assert.doesNotMatch(call.failure?.message ?? '', /admin/);
  }
  await sleep(20);
  assert.equal(upstream.sockets.length, 0);
});

test('whoever takes an answer and throws fails that call alone', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(OK));
  const transport = testTransport(t);
  for (const hook of ['onHead', 'onData'] as const) {
    const call = send(transport, upstream.origin, {
      [hook]: () => {
        throw new Error('a mistake');
      },
    });
    await call.done;
    assert.equal(call.failure?.kind, 'internal');
    assert.match(call.failure?.message ?? '', /a mistake/);
  }
  await until(() => transport.openSockets() === 0, 500);
  const next = send(transport, upstream.origin);
  await next.done;
  assert.equal(next.text(), '{}');
});

test('a buffer that the receiver keeps stays as it was', async (t) => {
  const letters = 'abcdefghij';
  const upstream = await rawUpstream(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    // One after another: timers of one moment fire in any order on a busy machine.
    const writeFrom = (index: number): void => {
      const letter = letters[index];
      socket.write(letter === undefined ? '0\r\n\r\n' : `3e8\r\n${letter.repeat(1000)}\r\n`);
      if (letter !== undefined) setTimeout(writeFrom, 3, index + 1);
    };
    writeFrom(0);
  });
  const transport = testTransport(t);
  const calls = Array.from({ length: 20 }, () => send(transport, upstream.origin));
  await Promise.all(calls.map((call) => call.done));
  const expected = [...letters].map((letter) => letter.repeat(1000)).join('');
  for (const call of calls) assert.equal(call.text(), expected);
});
