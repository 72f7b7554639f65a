import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RetryBudget, RetryBudgets, usualRetryBudget } from './retry-budget.ts';

test('a share of the traffic and a floor, as long as the window is', () => {
  const budget = new RetryBudget({ share: 0.1, floor: 2, windowMs: 1_000 });
  for (let call = 0; call < 30; call++) budget.noteCall(0);
  const taken = Array.from({ length: 9 }, () => budget.take(500));
  assert.equal(taken.filter((token) => token !== null).length, 5);
  assert.equal(budget.hasToken(999), false);
  // The calls leave the window a slot before the tokens that they allowed.
  assert.equal(budget.hasToken(1_050), false);
  assert.equal(budget.hasToken(1_500), true);
});

test('what did not fail again costs nothing', () => {
  const budget = new RetryBudget({ share: 0, floor: 1, windowMs: 1_000 });
  const token = budget.take(0);
  assert.ok(token !== null);
  assert.equal(budget.take(1), null);
  budget.giveBack(token, 2);
  const again = budget.take(3);
  assert.ok(again !== null);
  // Given back when it has left the window, it is not given twice.
  assert.ok(budget.take(1_500) !== null);
  budget.giveBack(again, 1_501);
  assert.equal(budget.take(1_502), null);
});

test('500 calls a second that all fail for a minute: at most 1.12 attempts each', () => {
  const budget = new RetryBudget(usualRetryBudget);
  let attempts = 0;
  for (let ms = 0; ms < 60_000; ms += 2) {
    budget.noteCall(ms);
    attempts++;
    for (let retry = 0; retry < 2; retry++) {
      if (budget.take(ms) === null) break;
      attempts++;
    }
  }
  assert.ok(attempts / 30_000 <= 1.12, `${attempts / 30_000}`);
  assert.ok(attempts / 30_000 > 1.09, 'and the share is not kept back');
});

test('no window holds more tokens than its calls and the floor allow', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(400), calls: fc.nat(20), takes: fc.nat(10) }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (given) => {
      const budget = new RetryBudget({ share: 0.1, floor: 3, windowMs: 1_000 });
      const log: { readonly atMs: number; readonly calls: number; readonly taken: number }[] = [];
      let nowMs = 0;
      for (const { afterMs, calls, takes } of given) {
        nowMs += afterMs;
        for (let call = 0; call < calls; call++) budget.noteCall(nowMs);
        const tokens = Array.from({ length: takes }, () => budget.take(nowMs)).filter((token) => token !== null);
        log.push({ atMs: nowMs, calls, taken: tokens.length });
        // A slot is a tenth: what is surely in the window, and what may be.
        const recent = log.filter(({ atMs }) => atMs > nowMs - 900);
        const maybe = log.filter(({ atMs }) => atMs > nowMs - 1_100);
        const taken = recent.reduce((sum, each) => sum + each.taken, 0);
        const allowed = 3 + 0.1 * maybe.reduce((sum, each) => sum + each.calls, 0);
        // Calls that left the window may have allowed tokens that are still in it.
        assert.ok(tokens.length === 0 || taken <= allowed + 1e-9, `${taken} of ${allowed}`);
      }
    }),
  );
});

test('each model has its own, which begins anew with another policy', () => {
  const budgets = new RetryBudgets();
  const policy = { share: 0, floor: 1, windowMs: 1_000 };
  assert.ok(budgets.of('a', policy).take(0) !== null);
  assert.equal(budgets.of('a', policy).take(0), null);
  assert.ok(budgets.of('b', policy).take(0) !== null);
  assert.ok(budgets.of('a', { ...policy }).take(0) !== null);
});
