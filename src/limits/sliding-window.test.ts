import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addToWindow, countInWindow, openWindow, takeFromWindow, waitForWindow } from './sliding-window.ts';

test('no span of a minute ever holds more than the limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 300 }),
      fc.integer({ min: 1, max: 20 }),
      (gaps, limit) => {
        const window = openWindow();
        const taken: number[] = [];
        let nowMs = 0;
        for (const gap of gaps) {
          nowMs += gap;
          if (takeFromWindow(window, 1, limit, nowMs)) taken.push(nowMs);
        }
        for (const start of taken) assert.ok(taken.filter((at) => at >= start && at < start + 60_000).length <= limit);
      },
    ),
    { numRuns: 200, seed: 5 },
  );
});

test('a refusal consumes nothing and says truly when the call would pass', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      (gaps, limit) => {
        const window = openWindow();
        let nowMs = 0;
        for (const gap of gaps) {
          nowMs += gap;
          const before = countInWindow(window, nowMs);
          if (takeFromWindow(window, 1, limit, nowMs)) continue;
          assert.equal(countInWindow(window, nowMs), before);
          const waitMs = waitForWindow(window, 1, limit, nowMs);
          assert.ok(waitMs > 0 && waitMs <= 60_000, String(waitMs));
          nowMs += waitMs;
          assert.ok(takeFromWindow(window, 1, limit, nowMs), 'it passes when it was said to');
        }
      },
    ),
    { numRuns: 200, seed: 6 },
  );
});

test('what can never fit waits for ever, and corrections never go below nothing', () => {
  const window = openWindow();
  assert.equal(waitForWindow(window, 11, 10, 0), Number.POSITIVE_INFINITY);
  addToWindow(window, -5, 0);
  assert.equal(countInWindow(window, 0), 0);
});
