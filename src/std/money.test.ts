import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatUsd, nanoFromPico, nanoFromUsd, picoFromUsdPerMillion, scaleDecimal, usdFromNano } from './money.ts';

test('published prices are exact', () => {
  assert.equal(picoFromUsdPerMillion(0.075), 75_000n);
  assert.equal(picoFromUsdPerMillion('0.0075'), 7_500n);
  assert.equal(picoFromUsdPerMillion(15), 15_000_000n);
});

test('a cost is rounded up once, to the nanodollar', () => {
  assert.equal(nanoFromPico(0n), 0n);
  assert.equal(nanoFromPico(1n), 1n);
  assert.equal(nanoFromPico(1000n), 1n);
  assert.equal(nanoFromPico(1001n), 2n);
});

test('text keeps every digit', () => {
  assert.equal(formatUsd(12_450n), '0.00001245');
  assert.equal(formatUsd(-1_500_000_000n), '-1.5');
  assert.equal(formatUsd(0n), '0');
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (nano) =>
      assert.equal(nanoFromUsd(formatUsd(nano)), nano),
    ),
  );
});

test('numbers and their text scale alike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
      const value = digits / 10 ** places;
      assert.equal(scaleDecimal(value, 9), BigInt(digits) * 10n ** BigInt(9 - places));
    }),
  );
  assert.throws(() => scaleDecimal(Number.NaN, 6), RangeError);
  assert.throws(() => scaleDecimal('1,5', 6), RangeError);
  assert.equal(usdFromNano(1_500_000_000n), 1.5);
});
