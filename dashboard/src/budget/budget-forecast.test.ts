import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecastOf } from './budget-forecast.ts';

const at = (text: string): number => Date.parse(text);
const june = {
  spend: 10,
  budget_duration: '30d',
  budget_reset_at: '2026-07-01T00:00:00Z',
  created_at: '2026-01-01T00:00:00Z',
};

test('half of a month at ten dollars makes twenty', () => {
  assert.equal(forecastOf(june, at('2026-06-16T00:00:00Z')), 20_000_000_000n);
  for (const duration of ['1mo', 'monthly', 'month'])
    assert.equal(forecastOf({ ...june, budget_duration: duration }, at('2026-06-16T00:00:00Z')), 20_000_000_000n);
});

test('a day is a day, and a week a week', () => {
  const day = { ...june, budget_duration: '1d', budget_reset_at: '2026-06-02T00:00:00Z' };
  assert.equal(forecastOf(day, at('2026-06-01T06:00:00Z')), 40_000_000_000n);
  const week = { ...june, budget_duration: '7d', budget_reset_at: '2026-06-08T00:00:00Z' };
  assert.equal(forecastOf(week, at('2026-06-04T12:00:00Z')), 20_000_000_000n);
});

test('what was made within the window is counted from then', () => {
  const made = { ...june, created_at: '2026-06-21T00:00:00Z' };
  assert.equal(forecastOf(made, at('2026-06-26T00:00:00Z')), 20_000_000_000n);
});

test('nothing is foretold without an end, after it, or when the window has hardly begun', () => {
  assert.equal(
    forecastOf({ spend: 1, budget_duration: null, budget_reset_at: null }, at('2026-06-16T00:00:00Z')),
    null,
  );
  assert.equal(forecastOf(june, at('2026-06-01T01:00:00Z')), null);
  assert.equal(forecastOf(june, at('2026-07-01T00:00:00Z')), null);
  assert.equal(forecastOf({ ...june, budget_duration: 'a while' }, at('2026-06-16T00:00:00Z')), null);
});
