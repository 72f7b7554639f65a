import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDeploymentSlots } from './deployment-slots.ts';
import { openSlotQueue, type SlotRequest } from './slot-queue.ts';

function requestOf(deployment: string, circuit = 'c'): SlotRequest {
  const limits = { rpm: null, tpm: null, parallel: null };
  return { deployment, circuit, limits, tokens: 1, priority: 0, party: 'k', reservation: null };
}

function opened() {
  const slots = openDeploymentSlots(() => false);
  return { slots, queue: openSlotQueue({ slots, nowMs: () => 0, maxWaiting: () => 10 }) };
}

test('calls for different models of ours to one model of a provider are counted together, and all are freed', () => {
  const { slots, queue } = opened();
  const [one, other] = [requestOf('one'), requestOf('other')];
  assert.equal(queue.reserve(one), null);
  for (let nth = 0; nth < 9; nth++) assert.equal(queue.reserve(other), null);
  slots.throttled(one, 10, 0);
  assert.equal(slots.learned('c'), 7);
  assert.equal(queue.reserve(other)?.limit, 'parallel', 'of whichever model');
  assert.equal(queue.reserve(requestOf('elsewhere', 'd')), null, 'another circuit is not concerned');
  queue.release(one, 0);
  for (let nth = 0; nth < 9; nth++) queue.release(other, 0);
  for (let nth = 0; nth < 7; nth++) assert.equal(queue.reserve(one), null, `${nth}`);
  assert.equal(queue.reserve(one)?.limit, 'parallel');
});

test('who waits at one of them is let in when a call of another one ends', async () => {
  const { slots, queue } = opened();
  const [one, other] = [requestOf('one'), requestOf('other')];
  assert.equal(queue.reserve(one), null);
  slots.throttled(one, 1, 0);
  const { outcome } = queue.wait(other, 60_000);
  assert.equal(queue.waiting('other'), 1);
  queue.release(one, 5);
  assert.equal(await outcome, 'granted');
});
