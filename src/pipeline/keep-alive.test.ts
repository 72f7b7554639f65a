import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialects } from '../../test/support/dialects.ts';
import type { Exchange } from './exchange.ts';
import { openKeepAlive } from './keep-alive.ts';

const TICK_MS = 2;

function streaming(change: Partial<Exchange> & { readonly stream?: boolean } = {}) {
  const written: string[] = [];
  const begun: number[] = [];
  let over = false;
  let wrote = false;
  let leave = (): void => undefined;
  const reply = {
    begin: (status: number) => void begun.push(status),
    write: (chunk: Buffer) => written.push(chunk.toString()) > 0,
    isBegun: () => begun.length > 0,
    isOver: () => over,
    hasWritten: () => wrote,
    whenOver: (listener: () => void) => {
      leave = listener;
    },
  };
  const request = { stream: change.stream ?? true, framing: 'sse' };
  const exchange = { reply, request, dialect: dialects['openai-chat'], headers: [], flowing: null, ...change };
  const control = {
    end: () => {
      over = true;
    },
    leave: () => leave(),
    write: (does: boolean) => {
      wrote = does;
    },
  };
  return { exchange: exchange as unknown as Exchange, written, begun, ...control };
}

test('silence: the head goes ahead with a comment, and comments follow until the reply is over', async () => {
  const keepAlive = openKeepAlive(TICK_MS);
  const one = streaming();
  keepAlive.watch(one.exchange);
  await sleep(TICK_MS * 60);
  assert.deepEqual(one.begun, [200]);
  assert.ok(one.written.length >= 1);
  assert.equal(one.written[0], ': keep-alive\n\n');
  one.end();
  await sleep(TICK_MS * 5);
  const so = one.written.length;
  await sleep(TICK_MS * 40);
  assert.equal(one.written.length, so);
  keepAlive.close();
});

test('nothing is said while something is written, within an event, or to a client that wants no stream', async () => {
  const keepAlive = openKeepAlive(TICK_MS);
  const busy = streaming();
  busy.write(true);
  const within = streaming({ flowing: { isBetweenEvents: () => false } });
  const plain = streaming({ stream: false });
  for (const { exchange } of [busy, within, plain]) keepAlive.watch(exchange);
  await sleep(TICK_MS * 60);
  assert.deepEqual([busy.written, within.written, plain.written], [[], [], []]);
  keepAlive.close();
});

test('a reply that says it is over is not looked at again', async () => {
  const keepAlive = openKeepAlive(TICK_MS);
  const one = streaming();
  keepAlive.watch(one.exchange);
  one.leave();
  await sleep(TICK_MS * 60);
  assert.deepEqual(one.written, []);
  keepAlive.close();
});
