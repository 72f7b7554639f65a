import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AdaptiveLimit, answered, heard, takesMore, throttled } from './adaptive-limit.ts';

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

test('what another process has learned is where one begins that knows nothing', () => {
  const said = { calls: 7.4, throttledAtMs: 1_000 };
  assert.deepEqual(heard(null, said, 0, 2_000), said);
  assert.equal(heard(null, said, 20, 2_000)?.calls, 14, 'two thirds of what runs here and was not refused');
  const known = { calls: 3, throttledAtMs: 500 };
  assert.deepEqual(heard(known, said, 20, 2_000), { calls: 3, throttledAtMs: 1_000 }, 'it is remembered for longer');
  assert.equal(heard(null, said, 0, 601_001), null, 'long since over');
});

test('processes that share a deployment come to even parts of what it takes', () => {
  const capacity = 40;
  const parts: (AdaptiveLimit | null)[] = [null, null];
  const wanted = [60, 0];
  let refusedAtFirst = 0;
  const inFlight = (at: number): number => Math.min(wanted[at] ?? 0, Math.floor(parts[at]?.calls ?? Infinity));
  for (let round = 0; round < 4_000; round++) {
    // The second one begins when the first has found out; a second later it would have been told.
    if (round === 200) {
      const [first] = parts;
      if (first) parts[1] = heard(null, first, 0, round * 200);
      wanted[1] = 60;
    }
    const total = inFlight(0) + inFlight(1);
    for (const at of [0, 1]) {
      const running = inFlight(at);
      let limit = parts[at] ?? null;
      if (total > capacity && running > 0) {
        if (round >= 200 && round < 210) refusedAtFirst += Math.max(0, total - capacity);
        limit = throttled(limit, running, round * 200);
      } else for (let call = 0; call < running && limit !== null; call++) limit = answered(limit, running, round * 200);
      parts[at] = limit;
    }
  }
  const [one, two] = parts.map((limit) => limit?.calls ?? Infinity);
  assert.ok(
    one !== undefined && two !== undefined && one + two > capacity * 0.55 && one + two <= capacity + 2,
    `${one} ${two}`,
  );
  assert.ok(Math.abs(one - two) < capacity * 0.15, `${one} ${two}`);
  assert.ok(refusedAtFirst < 60 * 10, `${refusedAtFirst}`);
});
