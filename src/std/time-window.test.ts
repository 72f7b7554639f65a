import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openCalendar } from './calendar.ts';
import { ALL_TIME, parseTimeWindow, type TimeWindow, windowAt } from './time-window.ts';
import { isTimeZone, TimeZone } from './time-zone.ts';

function parsed(text: string): TimeWindow {
  return parseTimeWindow(text) ?? assert.fail(text);
}

const FORMS = [
  ['30s', '30s'],
  ['30m', '1800s'],
  ['1h', '3600s'],
  ['hourly', '3600s'],
  ['hour', '3600s'],
  ['36h', '129600s'],
  ['24h', '1d'],
  ['1d', '1d'],
  ['daily', '1d'],
  ['day', '1d'],
  ['48h', '2d'],
  ['1440m', '1d'],
  ['3d', '3d'],
  ['7d', '1w'],
  ['1w', '1w'],
  ['weekly', '1w'],
  ['2w', '2w'],
  ['30d', '1mo'],
  ['1mo', '1mo'],
  ['Monthly', '1mo'],
  [' month ', '1mo'],
  ['3mo', '3mo'],
  ['yearly', '12mo'],
  ['total', 'total'],
] as const;

for (const [text, name] of FORMS) {
  test(`'${text}' is a window`, () => assert.equal(parsed(text).name, name));
}

for (const text of [
  '',
  '0d',
  '-1d',
  '1.5h',
  'd',
  '30',
  '1y',
  '1 d',
  '1000000d',
  '999999mo',
  'fortnight',
  '1e3s',
  '٣d',
]) {
  test(`'${text}' is none`, () => assert.equal(parseTimeWindow(text), null));
}

/** In UTC; `at` is a place in a window that begins and ends as said. */
const BOUNDARIES = [
  ['daily', 'UTC', '2026-11-24T22:40:00Z', '2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z', '2026-11-24'],
  ['7d', 'UTC', '2026-11-24T22:40:00Z', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z', '2026-11-23/1w'],
  ['30d', 'UTC', '2026-11-24T22:40:00Z', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', '2026-11'],
  ['monthly', 'Europe/Berlin', '2026-10-31T23:30:00Z', '2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z', '2026-11'],
  ['daily', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', '2026-03-29'],
  ['daily', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', '2026-10-25'],
  ['daily', 'America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z', '2026-11-01'],
  ['daily', 'Asia/Kathmandu', '2026-11-24T18:15:00Z', '2026-11-24T18:15:00Z', '2026-11-25T18:15:00Z', '2026-11-25'],
  // Midnight is skipped: the day begins at one o'clock.
  ['daily', 'Africa/Cairo', '2026-04-24T06:00:00Z', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z', '2026-04-24'],
  // 30 December 2011 was skipped.
  ['daily', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z', '2011-12-31'],
  ['1h', 'Asia/Kathmandu', '2026-11-24T10:00:00Z', '2026-11-24T09:15:00Z', '2026-11-24T10:15:00Z', null],
  ['12h', 'Europe/Berlin', '2026-10-25T22:30:00Z', '2026-10-25T10:00:00Z', '2026-10-25T23:00:00Z', null],
  ['12h', 'Europe/Berlin', '2026-03-29T20:00:00Z', '2026-03-29T11:00:00Z', '2026-03-29T22:00:00Z', null],
  ['3mo', 'UTC', '2026-11-24T00:00:00Z', '2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z', '2026-10-01/3mo'],
  ['36h', 'UTC', '1970-01-02T13:00:00Z', '1970-01-02T12:00:00Z', '1970-01-04T00:00:00Z', null],
] as const;

for (const [text, zone, at, start, end, label] of BOUNDARIES) {
  test(`${text} in ${zone} at ${at}`, () => {
    const span = windowAt(parsed(text), new TimeZone(zone), Date.parse(at));
    assert.deepEqual(
      [new Date(span.startMs).toISOString(), new Date(span.endMs).toISOString()],
      [new Date(start).toISOString(), new Date(end).toISOString()],
    );
    if (label !== null) assert.equal(span.label, label);
  });
}

test('every instant is in exactly one window, whatever the zone', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Sao_Paulo',
    'America/St_Johns',
    'Africa/Cairo',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Chatham',
  ].map((name) => new TimeZone(name));
  const windows = ['30s', '7m', '1h', '5h', '12h', '36h', '1d', '3d', '1w', '2w', '1mo', '5mo'].map(parsed);
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...windows),
      fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2040, 0) }),
      (zone, window, nowMs) => {
        const span = windowAt(window, zone, nowMs);
        assert.ok(span.startMs <= nowMs && nowMs < span.endMs);
        assert.deepEqual(windowAt(window, zone, span.startMs), span);
        assert.deepEqual(windowAt(window, zone, span.endMs - 1), span);
        const next = windowAt(window, zone, span.endMs);
        assert.equal(next.startMs, span.endMs);
        assert.notEqual(next.label, span.label);
      },
    ),
    { numRuns: 1_500, seed: 7 },
  );
});

test('a calendar answers for a clock that jumps, forwards and back', () => {
  const calendar = openCalendar('Europe/Berlin');
  const zone = new TimeZone('Europe/Berlin');
  const daily = parsed('daily');
  for (const at of ['2026-03-29T01:00:00Z', '2026-03-30T01:00:00Z', '2026-03-28T01:00:00Z', '2027-01-01T00:00:00Z']) {
    assert.deepEqual(calendar.windowAt(daily, Date.parse(at)), windowAt(daily, zone, Date.parse(at)));
  }
  assert.equal(calendar.windowAt(ALL_TIME, 0).endMs, Number.POSITIVE_INFINITY);
  assert.ok(isTimeZone('Europe/Berlin') && isTimeZone('UTC') && !isTimeZone('Mars/Olympus') && !isTimeZone(''));
});
