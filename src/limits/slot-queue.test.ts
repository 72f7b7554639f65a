import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDeploymentSlots } from './deployment-slots.ts';
import { openSlotQueue, type SlotRequest } from './slot-queue.ts';

const NONE = { rpm: null, tpm: null, parallel: null };

function opened(maxWaiting = 100) {
  const slots = openDeploymentSlots(() => false);
  return { slots, queue: openSlotQueue({ slots, nowMs: () => performance.now(), maxWaiting: () => maxWaiting }) };
}

function requestOf(change: Partial<SlotRequest> = {}): SlotRequest {
  return {
    deployment: 'd',
    circuit: 'c',
    limits: { ...NONE, parallel: 1 },
    tokens: 10,
    priority: 0,
    party: 'k',
    reservation: null,
    ...change,
  };
}

test('who waits is let in when a slot is freed, before anybody who comes later', async () => {
  const { queue } = opened();
  assert.equal(queue.reserve(requestOf()), null);
  assert.equal(queue.reserve(requestOf())?.limit, 'parallel');
  const order: string[] = [];
  const line = (party: string, priority = 0) =>
    queue.wait(requestOf({ party, priority }), 5_000).outcome.then((outcome) => order.push(`${party} ${outcome}`));
  const all = [line('a'), line('a'), line('b'), line('urgent', -1)];
  for (let freed = 0; freed < 4; freed++) {
    queue.release(requestOf(), 5);
    assert.equal(queue.reserve(requestOf())?.limit, 'parallel', 'nobody overtakes');
    await sleep(1);
  }
  await Promise.all(all);
  assert.deepEqual(order, ['urgent granted', 'a granted', 'b granted', 'a granted']);
  queue.release(requestOf(), 5);
  assert.equal(queue.reserve(requestOf()), null);
  assert.equal(queue.waiting('d'), 0);
});

test('a wait ends when its time is up, when its client goes, and at once where too many wait', async () => {
  const { queue } = opened(2);
  assert.equal(queue.reserve(requestOf()), null);
  const short = queue.wait(requestOf(), 20);
  const gone = queue.wait(requestOf(), 5_000);
  assert.equal(await queue.wait(requestOf(), 5_000).outcome, 'full');
  gone.giveUp();
  assert.equal(await gone.outcome, 'given-up');
  assert.equal(await short.outcome, 'timeout');
  queue.release(requestOf(), 0);
  assert.equal(queue.reserve(requestOf()), null, 'those who left took nothing');
});

test('a rate is waited for as well, and a request that can never fit says so', async () => {
  const slots = openDeploymentSlots(() => false);
  let nowMs = 0;
  const queue = openSlotQueue({ slots, nowMs: () => nowMs, maxWaiting: () => 10 });
  const limits = { ...NONE, rpm: 1, tpm: 100 };
  assert.equal(queue.reserve(requestOf({ limits })), null);
  const refused = queue.reserve(requestOf({ limits }));
  assert.equal(refused?.limit, 'rpm');
  assert.ok(refused.waitMs !== null && refused.waitMs > 59_000 && refused.waitMs <= 60_000, `${refused.waitMs}`);
  const waiting = queue.wait(requestOf({ limits }), 5_000);
  nowMs = 60_001;
  queue.release(requestOf({ limits }), 10);
  assert.equal(await waiting.outcome, 'granted');
  nowMs = 130_000;
  assert.deepEqual(queue.reserve(requestOf({ limits, tokens: 101 })), {
    limit: 'tpm',
    waitMs: Number.POSITIVE_INFINITY,
    later: null,
  });
});

test('where nobody stated a limit one is learned from refusals, and given up for calls that end', () => {
  const { slots, queue } = opened();
  const free = requestOf({ limits: NONE });
  for (let call = 0; call < 10; call++) assert.equal(queue.reserve(free), null);
  slots.throttled(free, 10, 0);
  assert.equal(slots.learned('c'), 7);
  assert.equal(queue.reserve(free)?.limit, 'parallel');
  for (let call = 0; call < 4; call++) queue.release(free, 0);
  assert.equal(queue.reserve(free), null, 'six are in flight');
  assert.equal(queue.reserve(free)?.limit, 'parallel');
  slots.throttled({ circuit: 'stated', limits: { ...NONE, parallel: 50 } }, 10, 0);
  assert.equal(slots.learned('stated'), null);
});
