import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admissionsWith, allow, callOf, rateOf } from './limits-fixture.ts';

const at = (monotonicMs: number) => ({ monotonicMs, wallMs: 1_764_000_000_000 + monotonicMs });

test('what is used of each limit, what remains, and when some and all of it is free again', () => {
  const own = allow([], [rateOf('requests', 5), rateOf('parallel', 2)]);
  const { admissions } = admissionsWith({});
  const first = admissions.admit(callOf({ own }), at(1_000));
  assert.equal(first.outcome, 'admitted');
  admissions.admit(callOf({ own }), at(31_000));
  const [requests, parallel] = admissions.inUse(41_000);
  assert.deepEqual(
    [requests?.kind, requests?.id, requests?.measure, requests?.limit, requests?.used, requests?.remaining],
    ['key', 'k1', 'requests', 5, 2, 3],
  );
  assert.deepEqual([requests?.freesInMs, requests?.emptyInMs], [20_000, 50_000]);
  assert.deepEqual([parallel?.used, parallel?.remaining, parallel?.freesInMs], [2, 0, null]);
  if (first.outcome === 'admitted') first.settle(null, 42_000);
  assert.equal(admissions.inUse(42_000)[1]?.used, 1);
});

test('a limit that nobody uses any more is not among them', () => {
  const { admissions } = admissionsWith({});
  admissions.admit(callOf({ own: allow([], [rateOf('requests', 5)]) }), at(1_000));
  assert.equal(admissions.inUse(2_000).length, 1);
  assert.equal(admissions.inUse(120_000).length, 0);
});
