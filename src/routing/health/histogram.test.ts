import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BUCKETS, bucketOf, percentilesOf } from './histogram.ts';

test('a percentile is within five percent of the value that has its rank', () => {
  const values = fc.array(fc.double({ min: 1, max: 800_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, (given) => {
      const counts = new Float64Array(BUCKETS);
      for (const value of given) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1;
      const sorted = given.toSorted((a, b) => a - b);
      const found = percentilesOf(counts, 'least');
      const most = percentilesOf(counts, 'most');
      for (const [name, share] of [
        ['p50', 0.5],
        ['p75', 0.75],
        ['p90', 0.9],
        ['p99', 0.99],
      ] as const) {
        const rank = Math.ceil(share * given.length);
        const [least, fastest] = [sorted[rank - 1] ?? 0, sorted.at(-rank) ?? 0];
        assert.ok(Math.abs((found?.[name] ?? 0) / least - 1) < 0.05, `${name}: ${found?.[name]} for ${least}`);
        assert.ok(Math.abs((most?.[name] ?? 0) / fastest - 1) < 0.05, `${name}: ${most?.[name]} for ${fastest}`);
      }
    }),
  );
});

test('nothing has no percentiles; what lies outside is put at the ends', () => {
  assert.equal(percentilesOf(new Float64Array(BUCKETS), 'least'), null);
  assert.deepEqual([bucketOf(0), bucketOf(-3), bucketOf(1e12)], [0, 0, BUCKETS - 1]);
});
