import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { openTokenCounter, type TokenCounterOptions } from '../../src/composition/index.ts';
import type { GatewayError } from '../../src/inference/index.ts';
import { eventually } from '../support/gateway.ts';

function open(test: TestContext, options: TokenCounterOptions = {}) {
  const counter = openTokenCounter(options);
  test.after(() => counter.close());
  return counter;
}

async function refusalOf(counting: Promise<number>): Promise<GatewayError> {
  return counting.then(
    () => assert.fail('it was counted'),
    (error: GatewayError) => error,
  );
}

test('counts as o200k does, in a thread that is not there before and not for ever', async (context) => {
  const counter = open(context, { idleMs: 50 });
  assert.equal(counter.isRunning(), false);
  assert.equal(await counter.count(['hello', ' world!']), 3);
  // A mark in a caller's text is text.
  assert.ok((await counter.count(['<|endoftext|>'])) > 1);
  assert.equal(counter.isRunning(), true);
  await eventually(() => assert.equal(counter.isRunning(), false));
  assert.equal(await counter.count(['hello']), 1);
});

test('a million times one letter is counted in no time', async (context) => {
  const counter = open(context);
  assert.equal(await counter.count(['a'.repeat(1_000_000)]), 125_000);
});

test('more than may wait are refused, and told so', async (context) => {
  const counter = open(context, { maxJobs: 2 });
  const first = [counter.count(['one']), counter.count(['two'])];
  const refusal = await refusalOf(counter.count(['three']));
  assert.deepEqual([refusal.status, refusal.code, refusal.details.retryAfterMs], [503, 'overloaded', 1_000]);
  assert.deepEqual(await Promise.all(first), [1, 1]);
  assert.equal(await counter.count(['three']), 1);
});

test('so is more text than may wait, unless it is alone', async (context) => {
  const counter = open(context, { maxCharacters: 4 });
  const first = counter.count(['one two three']);
  assert.equal((await refusalOf(counter.count(['four']))).code, 'overloaded');
  assert.equal(await first, 3);
});

test('a count that takes too long ends alone: those behind it are counted', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const counter = open(context, { timeLimitMs: 4_000 });
  assert.equal(await counter.count(['warm']), 1);
  // Letters without any rule: 3 s for each 10 million, and no time passes but what is told to.
  const long = refusalOf(counter.count([randomBytes(30_000_000).toString('base64')]));
  context.mock.timers.tick(1_500);
  const next = counter.count(['hello']);
  context.mock.timers.tick(2_500);
  assert.match((await long).message, /within 4 s/);
  assert.equal(await next, 1);
});

test('closing ends what waits', async () => {
  const counter = openTokenCounter();
  const waiting = refusalOf(counter.count(['hello']));
  await counter.close();
  assert.equal((await waiting).code, 'shutting_down');
});
