import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AdaptiveLimit, answered, takesMore, throttled } from './adaptive-limit.ts';

test('a refusal takes a third of the calls in flight; refusals of one second are one', () => {
  const first = throttled(null, 20, 0);
  assert.equal(first.calls, 14);
  assert.equal(throttled(first, 19, 900), first);
  assert.ok(Math.abs(throttled(first, 14, 1_000).calls - 9.8) < 1e-9);
  assert.equal(throttled(null, 1, 0).calls, 1);
});

test('answers win it back where it is in use, one call for each round of calls', () => {
  let limit: AdaptiveLimit | null = throttled(null, 20, 0);
  for (let nth = 0; nth < 14 && limit !== null; nth++) limit = answered(limit, 14, 10);
  assert.ok(limit !== null && limit.calls > 14.9 && limit.calls < 15.1, `${limit?.calls}`);
  assert.equal(answered(limit, 3, 10), limit, 'an unused limit is not found too low');
  assert.equal(answered(limit, 14, 600_001), null, 'ten minutes without a refusal');
});

test('it settles near what the deployment takes', () => {
  const capacity = 30;
  let limit: AdaptiveLimit | null = null;
  let refused = 0;
  const rounds = 3_000;
  for (let round = 0; round < rounds; round++) {
    const inFlight = limit === null ? 60 : Math.floor(limit.calls);
    if (inFlight > capacity) {
      refused++;
      limit = throttled(limit, inFlight, round * 200);
    } else if (limit !== null) {
      for (let call = 0; call < inFlight && limit !== null; call++) limit = answered(limit, inFlight, round * 200);
    }
  }
  assert.ok(limit !== null && limit.calls > capacity * 0.6 && limit.calls <= capacity + 1, `${limit?.calls}`);
  assert.ok(refused < rounds * 0.15, `${refused}`);
});

test('a limit of less than a call lets one through', () => {
  assert.ok(takesMore({ calls: 0.5, throttledAtMs: 0 }, 0));
  assert.ok(!takesMore({ calls: 1.9, throttledAtMs: 0 }, 1));
});
