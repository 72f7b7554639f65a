import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dialects } from '../../test/support/dialects.ts';
import type { Exchange } from './exchange.ts';
import { openKeepAlive } from './keep-alive.ts';

const TICK_MS = 1_000;

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

/** Time that passes when it is told to: nothing depends on how fast the machine is. */
function ticking(context: TestContext): (times: number) => void {
  context.mock.timers.enable({ apis: ['setInterval'] });
  return (times) => context.mock.timers.tick(TICK_MS * times);
}

test('silence: the head goes ahead with a comment, and comments follow until the reply is over', (context) => {
  const tick = ticking(context);
  const keepAlive = openKeepAlive(TICK_MS);
  const one = streaming();
  keepAlive.watch(one.exchange);
  tick(14);
  assert.deepEqual([one.begun, one.written], [[], []]);
  tick(31);
  assert.deepEqual(one.begun, [200]);
  assert.deepEqual(one.written, Array(3).fill(': keep-alive\n\n'));
  one.end();
  tick(60);
  assert.equal(one.written.length, 3);
  keepAlive.close();
});

test('nothing is said while something is written, within an event, or to a client that wants no stream', (context) => {
  const tick = ticking(context);
  const keepAlive = openKeepAlive(TICK_MS);
  const busy = streaming();
  busy.write(true);
  const within = streaming({ flowing: { isBetweenEvents: () => false } });
  const plain = streaming({ stream: false });
  for (const { exchange } of [busy, within, plain]) keepAlive.watch(exchange);
  tick(60);
  assert.deepEqual([busy.written, within.written, plain.written], [[], [], []]);
  keepAlive.close();
});

test('a reply that says it is over is not looked at again', (context) => {
  const tick = ticking(context);
  const keepAlive = openKeepAlive(TICK_MS);
  const one = streaming();
  keepAlive.watch(one.exchange);
  one.leave();
  tick(60);
  assert.deepEqual(one.written, []);
  keepAlive.close();
});
