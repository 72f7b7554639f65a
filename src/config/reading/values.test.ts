import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalText } from './decimal-text.ts';
import { durationMs } from './duration.ts';
import { byteSize, quantity } from './quantity.ts';

test('durations', () => {
  assert.deepEqual(
    ['500ms', '10s', '1.5m', '2h', '90d', ' 5 s '].map(durationMs),
    [500, 10_000, 90_000, 7_200_000, 7_776_000_000, 5000],
  );
  assert.deepEqual(['10', 's', '-1s', '1 week', ''].map(durationMs), [null, null, null, null, null]);
});

test('quantities and sizes are whole', () => {
  assert.deepEqual(['600', '450k', '1.5M', '0.1k', '2G'].map(quantity), [600, 450_000, 1_500_000, 100, 2_000_000_000]);
  assert.deepEqual(
    ['1.5', '4.5 x', '1e3', '', '-1', '0.0001k', '999999999999999G', '1toString'].map(quantity),
    Array(8).fill(null),
  );
  assert.deepEqual(['32MiB', '10MB', '1048576', '1.5KiB'].map(byteSize), [33_554_432, 10_000_000, 1_048_576, 1536]);
});

test('decimals are shifted without an error', () => {
  assert.deepEqual(
    [0.00000015, 1.5e-7, '6e-07', 0.1, 3, 0].map((value) => decimalText(value, 6)),
    ['0.15', '0.15', '0.6', '100000', '3000000', '0'],
  );
  assert.deepEqual(
    ['x', '-1', '', 'NaN', 'Infinity', '1e999'].map((value) => decimalText(value)),
    Array(6).fill(null),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (millionths) => {
      const perMillion = decimalText(millionths, 0) ?? '';
      assert.equal(decimalText(`${perMillion}e-6`, 6), perMillion);
    }),
    { seed: 7, numRuns: 300 },
  );
});
