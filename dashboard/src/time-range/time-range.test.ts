import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRange, spanOf, writeRange } from './time-range.ts';

const NOW = new Date(2026, 10, 25, 14, 37, 12).getTime();
const HOUR = 3_600_000;

test('an address is read, and what makes no sense is the fallback', () => {
  assert.deepEqual(readRange({ range: '30d' }, '7d'), { kind: 'named', name: '30d' });
  assert.deepEqual(readRange({ range: 'ever' }, '7d'), { kind: 'named', name: '7d' });
  assert.deepEqual(readRange({ from: '2026-11-20T00:00:00Z', to: '2026-11-19T00:00:00Z' }, 'today'), {
    kind: 'named',
    name: 'today',
  });
});

test('what is written is read again', () => {
  const range = readRange({ from: '2026-11-19T00:00:00Z', to: '2026-11-20T12:00:00Z' }, 'today');
  const { range: name, from, to } = writeRange(range);
  assert.equal(name, null);
  assert.deepEqual(readRange({ from: from ?? '', to: to ?? '' }, 'today'), range);
});

test('today begins at midnight and is told by hours', () => {
  const span = spanOf({ kind: 'named', name: 'today' }, NOW);
  assert.deepEqual(span, { fromMs: new Date(2026, 10, 25).getTime(), toMs: NOW, bucket: 'hour' });
});

test('a week is told by days, the first of them whole', () => {
  const span = spanOf({ kind: 'named', name: '7d' }, NOW);
  assert.equal(span.bucket, 'day');
  assert.equal(span.fromMs, new Date(2026, 10, 18).getTime());
});

test('three days are still told by hours', () => {
  const fixed = { kind: 'fixed', fromMs: NOW - 72 * HOUR, toMs: NOW } as const;
  assert.equal(spanOf(fixed, NOW).bucket, 'hour');
  assert.equal(spanOf({ ...fixed, fromMs: NOW - 73 * HOUR }, NOW).bucket, 'day');
});
