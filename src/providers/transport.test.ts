import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpUpstream, rawUpstream, send, sleep, testTransport, until } from './transport-fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

test('a plain answer arrives as it was sent, with its head', async (t) => {
  const origin = await httpUpstream(t, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.writeHead(201, {
        'content-type': 'application/json',
        'x-request-id': 'abc',
        'set-cookie': ['a=1', 'b=2'],
      });
      response.end(
        JSON.stringify({
          got: Buffer.concat(parts).toString(),
          path: request.url,
          host: request.headers.host,
          key: request.headers.authorization,
        }),
      );
    });
  });
  const call = send(testTransport(t), origin, {
    body: Buffer.from('{"model":"m"}'),
    headers: ['authorization', 'Bearer secret'],
  });
  await call.done;
  assert.equal(call.status, 201);
  assert.equal(call.header('x-request-id'), 'abc');
  assert.equal(call.header('set-cookie'), 'a=1, b=2');
  assert.equal(call.header('nothing'), null);
  assert.equal(call.header('__proto__'), null);
  assert.deepEqual(JSON.parse(call.text()), {
    got: '{"model":"m"}',
    path: '/v1/chat/completions',
    host: origin.slice(7),
    key: 'Bearer secret',
  });
  assert.equal(call.ended, true);
});

test('one connection serves one call after another, the last used first', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(OK));
  const transport = testTransport(t);
  for (let index = 0; index < 5; index++) {
    const call = send(transport, upstream.origin);
    await call.done;
    assert.equal(call.text(), '{}');
  }
  assert.equal(upstream.sockets.length, 1);
  assert.equal(transport.openSockets(), 1);
  const together = Array.from({ length: 8 }, () => send(transport, upstream.origin));
  await Promise.all(together.map((call) => call.done));
  assert.equal(upstream.sockets.length, 8);
  for (let index = 0; index < 20; index++) await send(transport, upstream.origin).done;
  assert.equal(upstream.sockets.length, 8);
});

test('a call sent from within the end of another takes its connection', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(OK));
  const transport = testTransport(t);
  const first = send(transport, upstream.origin);
  await first.done;
  const chain = Array.from({ length: 10 }, () => send(transport, upstream.origin).done);
  await Promise.all(chain);
  const again = send(transport, upstream.origin);
  await again.done;
  assert.equal(again.ended, true);
});

test('abort closes the upstream socket within 100 ms, in mid-stream', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(`${STREAM_HEAD}5\r\nhello\r\n`));
  const transport = testTransport(t);
  const call = send(transport, upstream.origin);
  await until(() => call.chunks.length === 1, 1000);
  const [socket] = upstream.sockets;
  let closed = false;
  socket?.on('close', () => {
    closed = true;
  });
  call.handle.abort();
  assert.equal(call.failure?.kind, 'aborted');
  assert.deepEqual([call.failure?.afterHead, call.failure?.afterData], [true, true]);
  await until(() => closed, 100);
  assert.equal(transport.openSockets(), 0);
  call.handle.abort();
});

test('abort closes the upstream socket before any answer, too', async (t) => {
  let asked = false;
  const upstream = await rawUpstream(t, () => {
    asked = true;
  });
  const call = send(testTransport(t), upstream.origin);
  await until(() => asked, 1000);
  let closed = false;
  upstream.sockets[0]?.on('close', () => {
    closed = true;
  });
  call.handle.abort();
  await until(() => closed, 100);
  assert.deepEqual([call.failure?.afterHead, call.failure?.afterData], [false, false]);
});

test('abort from within onData and onHead leaves nothing behind', async (t) => {
  const upstream = await rawUpstream(
    t,
    (socket) => void socket.write(`${STREAM_HEAD}5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n`),
  );
  const transport = testTransport(t);
  for (const hook of ['onHead', 'onData'] as const) {
    const call = send(transport, upstream.origin, { [hook]: () => call.handle.abort() });
    await call.done;
    assert.equal(call.failure?.kind, 'aborted');
  }
  await until(() => transport.openSockets() === 0, 200);
  const next = send(transport, upstream.origin);
  await next.done;
  assert.equal(next.text(), 'helloworld');
});

test('abort while connecting calls back at once and leaks no socket', async (t) => {
  const transport = testTransport(t);
  // TEST-NET-1: packets go nowhere, or are refused where there is no route.
  const call = send(transport, 'http://192.0.2.1:81');
  call.handle.abort();
  assert.equal(call.failure?.kind, 'aborted');
  await sleep(50);
  assert.equal(transport.openSockets(), 0);
});

test('200 aborted calls leave no socket open', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(`${STREAM_HEAD}5\r\nhello\r\n`));
  const transport = testTransport(t);
  const calls = Array.from({ length: 200 }, () => send(transport, upstream.origin));
  await until(() => calls.every((call) => call.chunks.length > 0), 5000);
  for (const call of calls) call.handle.abort();
  await until(() => upstream.sockets.every((socket) => socket.destroyed), 1000);
  assert.equal(transport.openSockets(), 0);
});

test('a paused answer is left in the upstream, and memory stays flat', async (t) => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const total = 64 * 1024 * 1024;
  let written = 0;
  const origin = await httpUpstream(t, (_request, response) => {
    response.writeHead(200, { 'content-length': String(total) });
    const write = (): void => {
      while (written < total) {
        written += piece.length;
        if (!response.write(piece)) {
          response.once('drain', write);
          return;
        }
      }
      response.end();
    };
    write();
  });
  let received = 0;
  const call = send(testTransport(t), origin, {
    timeouts: { idleMs: 100 },
    onData: (chunk) => {
      received += chunk.length;
      call.chunks.length = 0;
      if (received <= 1024 * 1024) call.handle.pause();
    },
  });
  await until(() => received > 0, 30_000);
  // Until the buffers in between are full, however long that takes; then nothing moves for longer than the deadline.
  let [held, receivedPaused] = [-1, -1];
  while (written !== held || received !== receivedPaused) {
    [held, receivedPaused] = [written, received];
    await sleep(300);
  }
  assert.ok(written < 16 * 1024 * 1024, `${written} bytes taken while paused`);
  assert.equal(call.failure, null, 'the idle deadline ran while paused');
  while (!call.ended && call.failure === null) {
    call.handle.resume();
    await sleep(1);
  }
  assert.equal(call.failure, null);
  assert.equal(received, total);
});

test('one call may be resumed from the data of another', async (t) => {
  const upstream = await rawUpstream(t, (socket) => {
    socket.write(`${STREAM_HEAD}5\r\nhello\r\n`);
    setTimeout(() => socket.write('5\r\nworld\r\n0\r\n\r\n'), 30);
  });
  const transport = testTransport(t);
  const paused = send(transport, upstream.origin, { onData: () => paused.handle.pause() });
  await until(() => paused.chunks.length === 1, 1000);
  await sleep(60);
  const other = send(transport, upstream.origin, { onData: () => paused.handle.resume() });
  await Promise.all([other.done, paused.done]);
  assert.equal(other.text(), 'helloworld');
  assert.equal(paused.text(), 'helloworld');
});

test('calls that are paused, resumed, aborted and cut at any moment end once each and leave no socket', async (t) => {
  let seed = 1;
  const choose = (choices: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * choices);
  };
  const upstream = await rawUpstream(t, (socket) => {
    const ending = choose(8);
    let left = choose(30);
    socket.write(STREAM_HEAD);
    const write = (): void => {
      if (socket.destroyed) return;
      if (left-- > 0) {
        socket.write(`${(1000).toString(16)}\r\n${'x'.repeat(1000)}\r\n`);
        if (choose(2) === 0) setImmediate(write);
        else write();
      } else if (ending === 0) socket.resetAndDestroy();
      else if (ending === 1) socket.end();
      else socket.write('0\r\n\r\n');
    };
    write();
  });
  const transport = testTransport(t);
  for (let round = 0; round < 20; round++) {
    const calls = Array.from({ length: 50 }, () => {
      const act = choose(6);
      const call = send(transport, upstream.origin, {
        onHead: () => {
          if (act === 0) call.handle.abort();
        },
        onData: () => {
          if (act === 1 && choose(5) === 0) call.handle.abort();
          if (act === 2 || act === 3) call.handle.pause();
          if (act === 2) call.handle.resume();
          if (act === 3) setTimeout(() => call.handle.resume(), choose(3));
        },
      });
      if (act === 4) setTimeout(() => call.handle.abort(), choose(3));
      return call;
    });
    await Promise.all(calls.map((call) => call.done));
  }
  await transport.close();
  await until(() => upstream.sockets.every((socket) => socket.destroyed), 1000);
  assert.equal(transport.openSockets(), 0);
});

test('every byte arrives when they come one at a time', async (t) => {
  const answer = `${STREAM_HEAD}${'é'
    .repeat(3)
    .split('')
    .map((letter) => `2\r\n${letter}\r\n`)
    .join('')}0\r\n\r\n`;
  const bytes = Buffer.from(answer);
  const upstream = await rawUpstream(t, (socket) => {
    socket.setNoDelay(true);
    let at = 0;
    const next = (): void => {
      socket.write(bytes.subarray(at, ++at));
      if (at < bytes.length) setImmediate(next);
    };
    next();
  });
  const call = send(testTransport(t), upstream.origin);
  await call.done;
  assert.equal(call.text(), 'ééé');
  assert.equal(call.ended, true);
});

test('early hints before the answer are passed over', async (t) => {
  const upstream = await rawUpstream(
    t,
    (socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${OK}`),
  );
  const call = send(testTransport(t), upstream.origin);
  await call.done;
  assert.equal(call.status, 200);
  assert.equal(call.text(), '{}');
});

test('an idle connection that the upstream closes is not used again', async (t) => {
  const upstream = await rawUpstream(t, (socket) => void socket.write(OK));
  const transport = testTransport(t);
  await send(transport, upstream.origin).done;
  upstream.sockets[0]?.end();
  await until(() => transport.openSockets() === 0, 500);
  const call = send(transport, upstream.origin);
  await call.done;
  assert.equal(call.ended, true);
  assert.equal(upstream.sockets.length, 2);
});

test('a connection reset while it was idle fails as reset, reused, before the head', async (t) => {
  const upstream = await rawUpstream(t, (socket, index) => {
    if (index === 1) socket.resetAndDestroy();
    else socket.write(OK);
  });
  const transport = testTransport(t);
  await send(transport, upstream.origin).done;
  const call = send(transport, upstream.origin);
  await call.done;
  assert.deepEqual(
    { ...call.failure, message: '', origin: '' },
    { kind: 'reset', message: '', origin: '', afterHead: false, afterData: false, reused: true },
  );
  const retry = send(transport, upstream.origin);
  await retry.done;
  assert.equal(retry.ended, true);
});

test('the answer to a call with connection: close ends it, and the next one connects anew', async (t) => {
  const upstream = await rawUpstream(
    t,
    (socket) => void socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end'),
  );
  const transport = testTransport(t);
  for (let index = 0; index < 3; index++) {
    const call = send(transport, upstream.origin);
    await call.done;
    assert.equal(call.text(), 'until the end');
    assert.equal(call.ended, true);
  }
  assert.equal(upstream.sockets.length, 3);
  await until(() => transport.openSockets() === 0, 200);
});

test('close ends what is under way', async (t) => {
  const upstream = await rawUpstream(t, () => {});
  const transport = testTransport(t);
  const call = send(transport, upstream.origin);
  await sleep(30);
  await transport.close();
  await call.done;
  assert.equal(call.failure?.kind, 'aborted');
  assert.equal(transport.openSockets(), 0);
});
