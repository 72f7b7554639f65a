import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalUsd, exactUsd, fixedUsd, formatUsd, nanoOf, sumNano, usdUpTo } from './money.ts';

test('dollars become nanodollars, however they are written', () => {
  assert.equal(nanoOf('12.5'), 12_500_000_000n);
  assert.equal(nanoOf(0.1), 100_000_000n);
  assert.equal(nanoOf('1e-9'), 1n);
  assert.equal(nanoOf(1.2e-7), 120n);
  assert.equal(nanoOf('-0.25'), -250_000_000n);
  assert.equal(nanoOf(null), 0n);
  assert.equal(nanoOf('0.0000000005'), 1n, 'half a nanodollar is rounded up');
});

test('tenths sum to a dollar', () => {
  assert.equal(sumNano(Array.from({ length: 10 }, () => nanoOf(0.1))), nanoOf(1));
});

test('an amount has the digits that mean something', () => {
  assert.equal(formatUsd(nanoOf('1234567.891')), '$1,234,567.89');
  assert.equal(formatUsd(nanoOf('0.0421')), '$0.0421');
  assert.equal(formatUsd(nanoOf('0.000123')), '$0.000123');
  assert.equal(formatUsd(1n), '$0.000000001');
  assert.equal(formatUsd(0n), '$0.00');
  assert.equal(formatUsd(nanoOf('-3')), '−$3.00');
});

test('the marks of a scale have the decimals of its end', () => {
  const mark = usdUpTo(nanoOf('2.4'));
  assert.deepEqual(
    [0, 0.6, 1.2, 2.4].map((usd) => mark(nanoOf(usd))),
    ['$0.00', '$0.60', '$1.20', '$2.40'],
  );
  assert.equal(usdUpTo(nanoOf('0.04'))(nanoOf('0.005')), '$0.0050');
});

test('a column has one number of decimals, and rounding carries', () => {
  assert.equal(fixedUsd(nanoOf('0.9999999'), 6), '$1.000000');
  assert.equal(fixedUsd(nanoOf('2.5'), 0), '$3');
});

test('nothing is lost where every digit is asked for', () => {
  assert.equal(exactUsd(nanoOf('0.00001245')), '$0.00001245');
  assert.equal(decimalUsd(nanoOf('-1.5')), '-1.5');
  assert.equal(decimalUsd(7_000_000_000n), '7');
});
