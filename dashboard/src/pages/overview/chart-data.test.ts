import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageGroup, UsagePoint } from '../../api/usage.ts';
import { momentsOf } from '../../time-range/moments.ts';
import { chartData } from './chart-data.ts';
import type { Metric } from './metrics.ts';

const metric = { drawn: ({ requests }: { requests: number }) => requests, isSum: true } as unknown as Metric;
const words = { others: 'Others', whole: 'All', none: 'none' };
const day = (text: string): number => Date.parse(`${text}T00:00:00`);
const point = (start: string, requests: number) => ({ start, requests }) as UsagePoint;
const group = (name: string, points: readonly UsagePoint[]): UsageGroup =>
  ({
    name,
    alias: name === 'k1' ? 'shop' : null,
    totals: { requests: points.reduce((sum, { requests }) => sum + requests, 0) },
    series: points,
  }) as unknown as UsageGroup;

const span = { fromMs: day('2026-11-20'), toMs: day('2026-11-23'), bucket: 'day' } as const;

test('a day without a call has its place', () => {
  const { rows } = chartData({ groups: [], series: [point('2026-11-22', 3)] }, span, metric, words);
  assert.deepEqual(rows, [
    { at: day('2026-11-20'), g0: 0 },
    { at: day('2026-11-21'), g0: 0 },
    { at: day('2026-11-22'), g0: 3 },
  ]);
});

test('the greatest groups stand apart, the rest together, and all of it is the whole', () => {
  const groups = Array.from({ length: 9 }, (_, at) => group(at === 8 ? 'k1' : `m${at}`, [point('2026-11-21', at + 1)]));
  const whole = point('2026-11-21', 50);
  const { rows, series } = chartData({ groups, series: [whole] }, span, metric, words);
  assert.deepEqual(
    series.map(({ label }) => label),
    ['shop', 'm7', 'm6', 'm5', 'm4', 'm3', 'm2', 'Others'],
  );
  const { at: _, ...parts } = rows[1] ?? {};
  assert.equal(
    Object.values(parts).reduce((sum, part) => sum + part, 0),
    50,
  );
  assert.equal(parts['others'], 8);
});

test('hours are counted one by one', () => {
  const hours = { fromMs: day('2026-11-20'), toMs: day('2026-11-20') + 3.5 * 3_600_000, bucket: 'hour' } as const;
  assert.equal(momentsOf(hours).length, 4);
});
