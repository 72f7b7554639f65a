import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openDirect } from '../../src/http/direct/index.ts';
import { systemClock } from '../../src/std/index.ts';
import { type Call, echo, openDoors, say } from '../support/doors.ts';
import { eventually } from '../support/gateway.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';

const PATH = '/v1/chat/completions';

function post(body: string, headers: readonly string[] = []): string {
  return rawPost(PATH, 'sk-any', body, headers);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Bodies of the answers in the text, each of which must be whole. */
function bodiesIn(text: string): readonly string[] {
  const bodies: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n\r\n', at);
    assert.notEqual(end, -1, text.slice(at));
    const length = Number(/content-length: (\d+)/i.exec(text.slice(at, end))?.[1]);
    bodies.push(text.slice(end + 4, end + 4 + length));
    at = end + 4 + length;
  }
  return bodies;
}

test('a plain answer says what Node would say, in one piece', async (context) => {
  const doors = await openDoors(context, echo);
  const client = await openRaw(context, doors.port);
  const pieces: string[] = [];
  client.socket.on('data', (piece) => pieces.push(piece.toString('latin1')));
  client.socket.write(post('hello'));
  await client.until(/hello/);
  const own = client.text();
  assert.deepEqual(pieces, [own]);
  // Its head comes in two pieces: it is Node's.
  client.socket.write(post('hello').slice(0, 20));
  await pause(30);
  client.socket.write(post('hello').slice(20));
  await client.until(/hello[\s\S]*hello/);
  const [first, second] = [own, client.text().slice(own.length)].map((text) =>
    text.replace(/^Date: .*$/m, 'Date: -').split('\r\n'),
  );
  assert.deepEqual(first?.toSorted(), second?.toSorted());
  assert.deepEqual(
    doors.calls.map(({ isDirect, told }) => [isDirect, ...told]),
    [
      [true, 'closed', 'over'],
      [false, 'closed', 'over'],
    ],
  );
});

test('a body that comes byte by byte is one', async (context) => {
  const doors = await openDoors(context, echo);
  const client = await openRaw(context, doors.port);
  const whole = post('hello, world');
  const head = whole.length - 'hello, world'.length;
  client.socket.setNoDelay(true).write(whole.slice(0, head));
  for (const byte of whole.slice(head)) {
    await pause(2);
    client.socket.write(byte);
  }
  assert.deepEqual(bodiesIn(await client.until(/world/)), ['hello, world']);
  assert.equal(doors.calls[0]?.isDirect, true);
});

test('so is a head: Node has the patience for it', async (context) => {
  const doors = await openDoors(context, echo);
  const client = await openRaw(context, doors.port);
  client.socket.setNoDelay(true);
  for (const byte of post('hello')) {
    await new Promise((written) => client.socket.write(byte, written));
    await pause(0);
  }
  assert.deepEqual(bodiesIn(await client.until(/hello/)), ['hello']);
  assert.equal(doors.calls[0]?.isDirect, false);
});

test('requests that follow at once are answered in their order, one at a time', async (context) => {
  const open: Call[] = [];
  const doors = await openDoors(context, (call) => open.push(call));
  const client = await openRaw(context, doors.port);
  client.socket.write(post('one') + post('two') + post('three'));
  for (const count of [1, 2, 3]) {
    await eventually(() => assert.equal(open.length, count));
    await pause(20);
    assert.equal(open.length, count, 'the next one waits');
    const last = open.at(-1);
    if (last !== undefined) await echo(last);
  }
  assert.deepEqual(bodiesIn(await client.until(/three/)), ['one', 'two', 'three']);
  assert.ok(doors.calls.every(({ isDirect }) => isDirect));
});

for (const split of [false, true]) {
  test(`a kept connection goes to Node with the first request of another form (${split ? 'later' : 'at once'})`, async (context) => {
    const doors = await openDoors(context, echo);
    const client = await openRaw(context, doors.port);
    const probe = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n';
    const chunked = post('').replace('Content-Length: 0', 'Transfer-Encoding: chunked');
    const requests = [post('one'), post('two'), probe, post('three'), `${chunked}4\r\nfour\r\n0\r\n\r\n`];
    if (!split) client.socket.write(requests.join(''));
    else
      for (const [at, request] of requests.entries()) {
        client.socket.write(request);
        await eventually(() => assert.equal(bodiesIn(client.text()).length, at + 1));
      }
    await client.until(/four/);
    assert.deepEqual(bodiesIn(client.text()), ['one', 'two', `"I'm alive!"`, 'three', 'four']);
    assert.deepEqual(
      doors.calls.map(({ isDirect }) => isDirect),
      [true, true, false, false],
    );
  });
}

test('refused before its body is there: the rest is passed over, and the connection serves on', async (context) => {
  const doors = await openDoors(context, (call) => {
    if (call.asked.query === '?no') say(call.reply, Buffer.from('no'), 401);
    else void echo(call);
  });
  const client = await openRaw(context, doors.port);
  const refused = rawPost(`${PATH}?no`, 'sk-any', 'x'.repeat(200_000));
  client.socket.write(refused.slice(0, 1_000));
  await client.until(/401 Unauthorized[\s\S]*no$/);
  client.socket.write(refused.slice(1_000) + post('yes'));
  assert.deepEqual(bodiesIn(await client.until(/yes/)), ['no', 'yes']);
  assert.deepEqual(
    doors.calls.map(({ isDirect }) => isDirect),
    [true, true],
  );
});

test('a body is taken off the wire when somebody asks for it, and over the limit it is Node that refuses', async (context) => {
  let asks: (() => void) | null = null;
  const doors = await openDoors(context, (call) => {
    asks = () => void echo(call);
  });
  const client = await openRaw(context, doors.port);
  const body = 'x'.repeat(16_000_000);
  client.socket.write(post(body));
  await eventually(() => assert.notEqual(asks, null));
  await pause(200);
  assert.ok(client.socket.writableLength > 0, 'the client still waits to send');
  (asks as (() => void) | null)?.();
  await eventually(() => assert.equal(bodiesIn(client.text())[0]?.length, body.length));
  assert.equal(doors.calls[0]?.isDirect, true);

  const small = await openDoors(context, echo, 10);
  const second = await openRaw(context, small.port);
  second.socket.write(post('0123456789'));
  await second.until(/0123456789/);
  second.socket.write(post('0123456789a'));
  await eventually(() => assert.equal(small.calls.length, 2));
  assert.deepEqual(
    small.calls.map(({ isDirect }) => isDirect),
    [true, false],
  );
});

test('a stream: its first chunk with the head, its last with the end; a slow reader is told, and gets all of it', async (context) => {
  let [stopped, drained] = [0, 0];
  const doors = await openDoors(context, async ({ arrival, reply }) => {
    await arrival.readBody();
    reply.begin(200, ['content-type', 'text/event-stream']);
    const go = (left: number): void => {
      for (let at = left; at > 0; at--) {
        if (reply.write(Buffer.alloc(at % 2 === 0 ? 1_000 : 100_000, 'x'))) continue;
        stopped++;
        reply.whenDrained(() => {
          drained++;
          go(at - 1);
        });
        return;
      }
      reply.end(Buffer.from('last'));
    };
    go(100);
  });
  const client = await openRaw(context, doors.port);
  client.socket.pause();
  client.socket.write(post('hello'));
  await eventually(() => assert.ok(stopped > 0));
  client.socket.resume();
  const text = await client.until(/4\r\nlast\r\n0\r\n\r\n$/);
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*Transfer-Encoding: chunked\r\n\r\n3e8\r\nx/);
  const sizes = [...text.matchAll(/^([0-9a-f]+)\r\n/gm)].map(([, size]) => Number.parseInt(size ?? '', 16));
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    50 * 101_000 + 4,
  );
  assert.ok(drained > 0 && drained === stopped, `${stopped} stops, ${drained} drains`);
  await eventually(() => assert.deepEqual(doors.calls[0]?.told, ['closed', 'over']));
});

const LEAVING: readonly (readonly [how: string, leave: (client: Awaited<ReturnType<typeof openRaw>>) => void])[] = [
  ['resets', ({ socket }) => socket.resetAndDestroy()],
  ['closes', ({ socket }) => socket.destroy()],
  ['stops sending', ({ socket }) => socket.end()],
];

for (const [how, leave] of LEAVING) {
  test(`a client that ${how} is gone: in its body, before an answer, in the middle of one`, async (context) => {
    const failures: unknown[] = [];
    const doors = await openDoors(context, async ({ arrival, asked, reply }) => {
      await Promise.try(arrival.readBody).catch((error) => failures.push(error.code));
      if (asked.query !== '?begun') return;
      reply.begin(200, ['content-type', 'text/event-stream']);
      reply.write(Buffer.from('begun'));
    });
    const [inBody, before, middle] = await Promise.all(LEAVING.map(() => openRaw(context, doors.port)));
    assert.ok(inBody !== undefined && before !== undefined && middle !== undefined);
    inBody.socket.write(post('hello').slice(0, -1));
    await eventually(() => assert.equal(doors.calls.length, 1));
    before.socket.write(post('hello'));
    await eventually(() => assert.equal(doors.calls.length, 2));
    middle.socket.write(rawPost(`${PATH}?begun`, 'sk-any', 'hello'));
    await middle.until(/begun/);
    for (const client of [inBody, before, middle]) leave(client);
    await eventually(() => {
      for (const { told, reply } of doors.calls) {
        assert.deepEqual(told, ['closed', 'over', 'gone']);
        assert.ok(reply.isGone() && reply.isOver());
      }
    });
    assert.deepEqual(failures, ['client_closed']);
    // Nobody is there to be told.
    for (const { reply } of doors.calls) if (reply.isBegun()) assert.equal(reply.write(Buffer.from('more')), true);
  });
}

test('an answer that is cut is no whole one, and what would end a header line is no header', async (context) => {
  const doors = await openDoors(context, ({ reply }) => {
    assert.throws(() => reply.begin(200, ['x-one', 'two\r\nx-two: three']), TypeError);
    assert.throws(() => reply.begin(200, ['x one', 'two']), TypeError);
    reply.begin(200, ['content-type', 'text/event-stream']);
    reply.write(Buffer.from('begun'));
    setTimeout(() => reply.cut(), 20);
  });
  const client = await openRaw(context, doors.port);
  client.socket.write(post('hello'));
  await client.ended;
  assert.match(client.text(), /\r\n\r\n5\r\nbegun\r\n$/);
});

test('an answer without a body has none, and one that is the last closes', async (context) => {
  const doors = await openDoors(context, ({ reply, asked }) => {
    if (asked.query === '') reply.begin(204, []);
    else reply.begin(413, ['content-length', '2', 'connection', 'close']);
    reply.end(Buffer.from('no'));
  });
  const client = await openRaw(context, doors.port);
  client.socket.write(post('hello'));
  assert.match(
    await client.until(/\r\n\r\n/),
    /^HTTP\/1\.1 204 No Content\r\n(?:(?!length|encoding)[\s\S])*\r\n\r\n$/i,
  );
  client.socket.write(rawPost(`${PATH}?last`, 'sk-any', 'hello') + post('too late'));
  await client.ended;
  assert.match(client.text(), /connection: close\r\n[\s\S]*\r\n\r\nno$/);
  assert.equal(doors.calls.length, 2);
});

test('a stop closes what is idle, and leaves what is under way', async (context) => {
  const open: Call[] = [];
  const doors = await openDoors(context, (call) => open.push(call));
  const [idle, busy] = [await openRaw(context, doors.port), await openRaw(context, doors.port)];
  idle.socket.write(post('one'));
  await eventually(() => assert.equal(open.length, 1));
  busy.socket.write(post('two'));
  await eventually(() => assert.equal(open.length, 2));
  const [first, second] = open;
  if (first !== undefined) await echo(first);
  await idle.until(/one/);
  const stopped = new Promise((resolve) => doors.server.close(resolve));
  doors.closeIdleConnections();
  await idle.ended;
  assert.equal(busy.text(), '');
  if (second !== undefined) await echo(second);
  await busy.until(/two/);
  doors.closeIdleConnections();
  await Promise.all([busy.ended, stopped]);
});

/** Connections whose patience is a tick, and what each was told. */
async function impatient(context: TestContext, limits: Partial<Parameters<typeof openDirect>[0]['limits']>) {
  const answered: string[] = [];
  const direct = openDirect({
    open: async ({ readBody, openReply }) => {
      const reply = openReply([], () => undefined);
      const body = await Promise.try(readBody).catch((error) => answered.push(error.code));
      if (Buffer.isBuffer(body)) say(reply, body);
    },
    maxBodyBytes: 1_000,
    handOver: (socket) => socket.destroy(),
    limits: { headersTimeoutMs: 60_000, requestTimeoutMs: 60_000, keepAliveTimeoutMs: 60_000, ...limits },
    clock: systemClock,
  });
  const server = createServer({ allowHalfOpen: true }, direct.take);
  context.after(() => {
    direct.closeAll();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { client: await openRaw(context, address.port), answered };
}

test('whoever sends nothing, or not the rest, is not waited for', async (context) => {
  const silent = await impatient(context, { headersTimeoutMs: 1_000 });
  const late = await impatient(context, { requestTimeoutMs: 1_000 });
  const kept = await impatient(context, { keepAliveTimeoutMs: 1_000 });
  late.client.socket.write(post('hello').slice(0, -1));
  kept.client.socket.write(post('hello'));
  await Promise.all([silent.client.ended, late.client.ended, kept.client.ended]);
  assert.match(silent.client.text(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assert.match(late.client.text(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assert.deepEqual(late.answered, ['client_closed']);
  assert.match(kept.client.text(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*Keep-Alive: timeout=1\r\n\r\nhello$/);
});
