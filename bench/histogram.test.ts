import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from './histogram.ts';

test('an empty histogram has nothing to tell', () => {
  const histogram = new Histogram();
  assert.equal(histogram.count, 0);
  assert.equal(histogram.percentileUs(99), 0);
});

test('short durations are kept to a tenth of a microsecond', () => {
  const histogram = new Histogram();
  for (const us of [0, 0.1, 12.3, 25.5]) histogram.record(us);
  assert.equal(histogram.percentileUs(25), 0);
  assert.equal(histogram.percentileUs(50), 0.1);
  assert.equal(histogram.percentileUs(75), 12.3);
  assert.equal(histogram.percentileUs(100), 25.5);
});

test('every duration comes back within one percent', () => {
  for (let us = 1; us < 200_000_000; us *= 1.037) {
    const histogram = new Histogram();
    histogram.record(us);
    histogram.record(us * 8);
    const error = Math.abs(histogram.percentileUs(50) - us) / us;
    assert.ok(error < (us < 20 ? 0.06 : 0.01), `${us} came back as ${histogram.percentileUs(50)}`);
  }
});

test('percentiles follow the ranks of the sorted durations', () => {
  const histogram = new Histogram();
  for (let us = 1; us <= 10_000; us += 1) histogram.record(us);
  for (const percent of [1, 50, 90, 99, 99.9]) {
    const expected = percent * 100;
    assert.ok(Math.abs(histogram.percentileUs(percent) - expected) / expected < 0.01, `p${percent}`);
  }
});

test('what lies outside is clamped and still counted', () => {
  const histogram = new Histogram();
  histogram.record(-5);
  histogram.record(1e12);
  assert.equal(histogram.count, 2);
  assert.equal(histogram.percentileUs(1), 0);
  assert.equal(histogram.largestUs, 1e12);
});
