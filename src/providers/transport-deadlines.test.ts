import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawUpstream, send, sleep, testTransport, until } from './transport-fixture.ts';

const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

/** Fires in the window the contract gives: never early, up to 100 ms late (and some for a busy machine). */
function assertTimely(elapsedMs: number, limitMs: number): void {
  assert.ok(elapsedMs >= limitMs, `${elapsedMs} ms is before ${limitMs}`);
  assert.ok(elapsedMs < limitMs + 250, `${elapsedMs} ms is long after ${limitMs}`);
}

test('connect: a TLS server that says nothing', async (t) => {
  const upstream = await rawUpstream(t, () => {});
  const transport = testTransport(t);
  const started = performance.now();
  const call = send(transport, upstream.origin.replace('http:', 'https:'), { timeouts: { connectMs: 200 } });
  await call.done;
  assert.equal(call.failure?.kind, 'connect-timeout');
  assertTimely(performance.now() - started, 200);
  await until(() => upstream.sockets.every((socket) => socket.destroyed), 100);
  assert.equal(transport.openSockets(), 0);
});

test('first byte: no answer at all', async (t) => {
  const upstream = await rawUpstream(t, () => {});
  const started = performance.now();
  const call = send(testTransport(t), upstream.origin, { timeouts: { firstByteMs: 200 } });
  await call.done;
  assert.equal(call.failure?.kind, 'first-byte-timeout');
  assert.equal(call.failure?.afterHead, false);
  assertTimely(performance.now() - started, 200);
  await until(() => upstream.sockets.every((socket) => socket.destroyed), 100);
});

test('first byte: headers and keep-alive comments are not content', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.write(STREAM_HEAD);
    const timer = setInterval(() => socket.write('e\r\n: keep-alive\n\n\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const call = send(testTransport(t), upstream.origin, {
    timeouts: { firstByteMs: 200, idleMs: 100 },
    seesContent: false,
  });
  await call.done;
  assert.equal(call.failure?.kind, 'first-byte-timeout');
  assert.deepEqual([call.failure?.afterHead, call.failure?.afterData], [true, true]);
});

test('idle: silence after content', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(`${STREAM_HEAD}5\r\nhello\r\n`));
  let heardAt = 0;
  const call = send(testTransport(t), upstream.origin, {
    timeouts: { firstByteMs: 50, idleMs: 200 },
    onData: () => {
      heardAt = performance.now();
    },
  });
  await call.done;
  assert.equal(call.failure?.kind, 'idle-timeout');
  assertTimely(performance.now() - heardAt, 200);
});

test('idle: data that keeps coming keeps the call alive', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.write(STREAM_HEAD);
    let sent = 0;
    const timer = setInterval(() => {
      if (++sent === 8) {
        clearInterval(timer);
        socket.write('0\r\n\r\n');
      } else socket.write('1\r\nx\r\n');
    }, 80);
  });
  const call = send(testTransport(t), upstream.origin, { timeouts: { idleMs: 150 } });
  await call.done;
  assert.equal(call.failure, null);
  assert.equal(call.text(), 'x'.repeat(7));
});

test('total: however much comes', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.write(STREAM_HEAD);
    const timer = setInterval(() => socket.write('1\r\nx\r\n'), 10);
    socket.on('close', () => clearInterval(timer));
  });
  const started = performance.now();
  const call = send(testTransport(t), upstream.origin, { timeouts: { totalMs: 300 } });
  await call.done;
  assert.equal(call.failure?.kind, 'total-timeout');
  assertTimely(performance.now() - started, 300);
});

test('a loop that was held up reads what waits before it gives up on it', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.write(STREAM_HEAD);
    socket.write('5\r\nhello\r\n');
    setTimeout(() => socket.write('5\r\nworld\r\n0\r\n\r\n'), 60);
  });
  const call = send(testTransport(t), upstream.origin, { timeouts: { idleMs: 250 } });
  await until(() => call.chunks.length > 0, 1000);
  await sleep(120);
  const blockedUntil = performance.now() + 600;
  while (performance.now() < blockedUntil);
  await call.done;
  assert.equal(call.failure, null);
  assert.equal(call.text(), 'helloworld');
});

test('0 and Infinity are no limits', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'), 150);
  });
  const call = send(testTransport(t), upstream.origin, {
    timeouts: { connectMs: 0, firstByteMs: 0, idleMs: Number.POSITIVE_INFINITY, totalMs: 0 },
  });
  await call.done;
  assert.equal(call.ended, true);
});
