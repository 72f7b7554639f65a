import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptTimeouts } from './attempt-timeouts.ts';
import { hedgeDelayMs } from './hedge-delay.ts';
import { noRetryPolicy, retriesFor } from './retry-policy.ts';

const OWN = { connectMs: 10, firstByteMs: 100, idleMs: 50, totalMs: 1_000 };
const NONE = { timeoutMs: null, streamTimeoutMs: null };

test("an attempt has the least of the deployment's time, the request's and what is left", () => {
  assert.equal(attemptTimeouts(OWN, NONE, false, null), OWN, 'nothing is made where nothing is asked');
  const asked = attemptTimeouts(OWN, { ...NONE, timeoutMs: 60 }, false, null);
  assert.deepEqual(asked, {
    ...OWN,
    firstByteMs: 60,
    totalMs: 60,
    words: { firstByteMs: 'timeout of the request: 60 ms', totalMs: 'timeout of the request: 60 ms' },
  });
  const streamed = attemptTimeouts(OWN, { timeoutMs: 40, streamTimeoutMs: 70 }, true, null);
  assert.deepEqual(streamed, {
    ...OWN,
    firstByteMs: 70,
    idleMs: 40,
    words: { firstByteMs: 'stream_timeout of the request: 70 ms', idleMs: 'timeout of the request: 40 ms' },
  });
  const late = attemptTimeouts(OWN, { ...NONE, timeoutMs: 60 }, false, { leftMs: 5, deadlineMs: 900 });
  assert.deepEqual([late.connectMs, late.firstByteMs, late.totalMs], [5, 5, 5]);
  assert.equal(late.words?.connectMs, 'routing.deadline: 900 ms for all attempts');
});

test('a stream may have another time to begin in', () => {
  const own = { ...OWN, streamFirstByteMs: 20 };
  assert.equal(attemptTimeouts(own, NONE, false, null).firstByteMs, 100);
  assert.equal(attemptTimeouts(own, NONE, true, null).firstByteMs, 20);
  assert.equal(attemptTimeouts(own, { ...NONE, timeoutMs: 60 }, true, null).firstByteMs, 20);
  assert.equal(attemptTimeouts(own, { ...NONE, timeoutMs: 60 }, false, null).firstByteMs, 60);
  assert.equal(attemptTimeouts(own, { ...NONE, streamTimeoutMs: 5 }, true, null).firstByteMs, 5);
});

test('nobody gets more time than the operator gives, and 0 is no limit', () => {
  const patient = attemptTimeouts(OWN, { ...NONE, timeoutMs: 5_000 }, false, { leftMs: 9_000, deadlineMs: 9_000 });
  assert.deepEqual(patient, { ...OWN, words: {} });
  const endless = attemptTimeouts({ ...OWN, totalMs: 0 }, { ...NONE, timeoutMs: 5_000 }, false, null);
  assert.equal(endless.totalMs, 5_000);
  assert.equal(attemptTimeouts(OWN, NONE, false, { leftMs: -3, deadlineMs: 10 }).firstByteMs, 1, 'and past is past');
});

test('a hedge waits for a percentile of the first byte, or as long as it is told', () => {
  const firstByteMs = { p50: 400, p75: 600, p90: 1_000, p99: 3_000 };
  assert.equal(hedgeDelayMs({ after: 'p50', max: 1 }, { firstByteMs }), 400);
  const p95 = hedgeDelayMs({ after: 'p95', max: 1 }, { firstByteMs });
  assert.ok(p95 > 1_500 && p95 < 1_700, `${p95}`);
  assert.equal(hedgeDelayMs({ after: 'p95', max: 1 }, { firstByteMs: null }), 2_000);
  assert.equal(hedgeDelayMs({ after: 5, max: 1 }, { firstByteMs: null }), 5);
  const fast = { p50: 1, p75: 1, p90: 1, p99: 1 };
  assert.equal(hedgeDelayMs({ after: 'p95', max: 1 }, { firstByteMs: fast }), 50);
});

test('retries: the model, the cause, the request, the configuration, in this order', () => {
  const policy = { causes: { timeout: 4, request: 1 }, models: { m: { timeout: 0 } }, leastPauseMs: 0 };
  const passing = (cause: 'timeout' | 'error' | 'request') => ({ cause, mayPass: true });
  assert.equal(retriesFor(passing('timeout'), 'm', policy, 9, 2), 0);
  assert.equal(retriesFor(passing('timeout'), 'n', policy, 9, 2), 4);
  assert.equal(retriesFor(passing('error'), 'm', policy, 9, 2), 9);
  assert.equal(retriesFor(passing('error'), 'm', policy, null, 2), 2);
  assert.equal(retriesFor(passing('request'), 'm', policy, null, 2), 1);
  assert.equal(retriesFor(passing('request'), 'm', noRetryPolicy, 9, 2), 0);
  assert.equal(retriesFor({ cause: 'error', mayPass: false }, 'm', noRetryPolicy, 9, 2), 0, 'no such model');
});
