import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Hold, hold, isHold, post } from '../ledger/index.ts';
import type { Admission } from './admit.ts';
import { admissionsWith, allow, budgetOf, callOf, rateOf } from './limits-fixture.ts';
import { newsOfPurses, refuseFor } from './open-purses.ts';

const NOW = { monotonicMs: 0, wallMs: Date.parse('2026-11-24T12:00:00Z') };

function at(time: string) {
  return { monotonicMs: 0, wallMs: Date.parse(time) };
}

function admitted(outcome: { readonly outcome: string }): Admission {
  assert.equal(outcome.outcome, 'admitted');
  return outcome as Admission;
}

function idsOf({ purses }: Admission): readonly string[] {
  return purses.pots.map(({ id }) => id).sort();
}

test('a call is held for in the window of every budget that it falls under', () => {
  const { admissions } = admissionsWith({
    gateway: allow([budgetOf('monthly', 100n)]),
    user: new Map([['u1', allow([budgetOf('1d', 10n)])]]),
    team: new Map([['*', allow([budgetOf('7d', 10n, 'soft')])]]),
    customer: new Map([['*', allow([budgetOf('1h', 10n)])]]),
    tag: new Map([['batch', allow([budgetOf('total', 10n)])]]),
    deployment: new Map([['d1', allow([budgetOf('1d', 5n)])]]),
    provider: new Map([['openai', allow([budgetOf('monthly', 5n)])]]),
  });
  const key = { own: allow([budgetOf('30d', 50n)]), ofModels: new Map([['m', allow([budgetOf('1d', 5n)])]]) };
  const admission = admitted(admissions.admit(callOf({ ...key, customer: 'c/1', tags: ['batch', 'other'] }), NOW));
  assert.deepEqual(idsOf(admission), [
    'customer:c%2F1/2026-11-24T12:00:00Z/3600s',
    'gateway/2026-11',
    'key:k1/2026-11',
    'key:k1/model:m/2026-11-24',
    'tag:batch',
    'team:t1/2026-11-23/1w',
    'user:u1/2026-11-24',
  ]);
  const soft = admission.purses.pots.find(({ id }) => id.startsWith('team:'));
  assert.equal(soft?.limit, Number.MAX_SAFE_INTEGER, 'it refuses nothing');
  const expected = { inputTokens: 1, outputTokens: 1 };
  const there = admissions.admitTo({ deployment: 'd1', provider: 'openai' }, expected, NOW);
  assert.ok(there?.outcome === 'admitted');
  assert.deepEqual(
    there.purses.pots.map(({ id }) => id),
    ['deployment:d1/2026-11-24', 'provider:openai/2026-11'],
  );
  assert.equal(admissions.admitTo({ deployment: 'd2', provider: 'azure' }, expected, NOW), null);
});

test('the master key has no limits of its own; those of customers, tags and the gateway hold for it too', () => {
  const { admissions } = admissionsWith({
    gateway: allow([budgetOf('monthly', 100n)]),
    key: allow([budgetOf('monthly', 1n)]),
    customer: new Map([['*', allow([budgetOf('total', 10n)])]]),
  });
  const admission = admitted(admissions.admit(callOf({ hasKey: false, customer: 'c1' }), NOW));
  assert.deepEqual(idsOf(admission), ['customer:c1', 'gateway/2026-11']);
});

test('of two budgets with one window the lower counts; defaults are for keys without their own', () => {
  const { admissions } = admissionsWith({
    key: allow([budgetOf('1d', 7n)], [rateOf('requests', 3), rateOf('tokens', 99)]),
  });
  const own = allow(
    [budgetOf('1mo', 9n), budgetOf('30d', 4n), budgetOf('monthly', 2n, 'soft')],
    [rateOf('requests', 1)],
  );
  const owning = admitted(admissions.admit(callOf({ own }), NOW));
  assert.deepEqual(
    owning.purses.pots.map(({ id, limit }) => [id, limit]),
    [['key:k1/2026-11', 4]],
  );
  assert.deepEqual(owning.headers.slice(0, 4), [
    'x-ratelimit-api_key-limit-requests',
    '1',
    'x-ratelimit-api_key-remaining-requests',
    '0',
  ]);
  assert.ok(owning.headers.includes('x-ratelimit-limit-tokens'), 'the default of a kind that it has none of');
  const other = admissionsWith({ key: allow([budgetOf('1d', 7n)]) });
  const bare = admitted(other.admissions.admit(callOf({}), NOW));
  assert.deepEqual(
    bare.purses.pots.map(({ id, limit }) => [id, limit]),
    [['key:k1/2026-11-24', 7]],
  );
});

test('a window’s spending begins anew with it, in its time zone; a call is charged to the one it was let in in', () => {
  const { admissions, pots } = admissionsWith({}, { 'key:k1/2026-11-24': 6n }, 'Europe/Berlin');
  const call = callOf({ own: allow([budgetOf('daily', 10n)]) });
  const before = admitted(admissions.admit(call, at('2026-11-24T22:59:59Z')));
  const held = hold(before.purses.pots, 4n);
  assert.ok(isHold(held));
  const after = admitted(admissions.admit(call, at('2026-11-24T23:00:00Z')));
  assert.ok(isHold(hold(after.purses.pots, 10n)), 'midnight in Berlin');
  post(held, 3n);
  assert.equal(pots.get('key:k1/2026-11-24')?.posted, 3);
  assert.equal(pots.get('key:k1/2026-11-25')?.posted, 0);
});

test('an increase holds until its time is over', () => {
  const { admissions } = admissionsWith({});
  const untilMs = Date.parse('2026-11-25T00:00:00Z');
  const own = allow([{ ...budgetOf('total', 10n), increase: { nanoUsd: 5n, untilMs } }]);
  const limitAt = (time: string) => admitted(admissions.admit(callOf({ own }), at(time))).purses.pots[0]?.limit;
  assert.deepEqual(
    ['2026-11-24T23:59:59Z', '2026-11-25T00:00:00Z', '2026-11-24T00:00:00Z'].map(limitAt),
    [15, 10, 15],
    'whichever way the clock jumps',
  );
  const two = allow([...own.budgets, budgetOf('total', 12n)]);
  const { purses } = admitted(admissions.admit(callOf({ own: two }), at('2026-11-24T00:00:00Z')));
  assert.equal(purses.pots[0]?.limit, 12, 'another budget is not raised by it');
});

test('a refusal for money names the budget, its window, its numbers and when it resets', () => {
  const { admissions } = admissionsWith({}, { 'key:k1/2026-11-24': 9n });
  const { purses } = admitted(admissions.admit(callOf({ own: allow([budgetOf('1d', 10n)]) }), NOW));
  const outcome = hold(purses.pots, 2n);
  assert.ok(!isHold(outcome));
  const { error, news } = refuseFor(purses, outcome);
  assert.match(error.message, /^Budget has been exceeded! Current cost: 0\.000000009, Max budget: 0\.00000001\. /);
  assert.deepEqual(error.details.metadata, {
    rule: 'key:k1',
    limit: '0.00000001',
    used: '0.000000009',
    held: '0',
    asked: '0.000000002',
    window: '1d',
    reset_at: '2026-11-25T00:00:00.000Z',
  });
  assert.deepEqual(
    news.map(({ reached }) => reached),
    ['all'],
  );
  assert.deepEqual(refuseFor(purses, outcome).news, [], 'told once');
});

test('80 %, 100 % and soft budgets are told once in each window, and not again after a restart', () => {
  const own = allow([{ ...budgetOf('1d', 100n), softNanoUsd: 50n }]);
  const { admissions, current } = admissionsWith({});
  const spend = (amount: bigint, time: string): readonly string[] => {
    const { purses } = admitted(admissions.admit(callOf({ own }), at(time)));
    const held = hold(purses.pots, amount);
    if (isHold(held)) post(held, amount);
    return newsOfPurses(purses).map(({ reached }) => reached);
  };
  assert.deepEqual(spend(49n, '2026-11-24T01:00:00Z'), []);
  assert.deepEqual(spend(1n, '2026-11-24T02:00:00Z'), ['soft']);
  assert.deepEqual(spend(1n, '2026-11-24T02:00:00Z'), []);
  assert.deepEqual(spend(29n, '2026-11-24T02:00:00Z'), ['most']);
  assert.deepEqual(spend(20n, '2026-11-24T02:00:00Z'), ['all']);
  assert.deepEqual(spend(90n, '2026-11-25T02:00:00Z'), ['soft', 'most'], 'the next window');
  assert.equal(current.rules.gateway.budgets.length, 0);
  const later = admissionsWith({}, { 'key:k1/2026-11-25': 90n });
  const { purses } = admitted(later.admissions.admit(callOf({ own }), at('2026-11-25T03:00:00Z')));
  assert.deepEqual(newsOfPurses(purses), []);
});

test('rules that are loaded again hold at once, and what was counted stays', () => {
  const { admissions, current } = admissionsWith({ user: new Map([['*', allow([], [rateOf('requests', 5)])]]) });
  for (let nth = 0; nth < 3; nth++) admitted(admissions.admit(callOf({}), NOW));
  current.rules = { ...current.rules, user: new Map([['*', allow([], [rateOf('requests', 3)])]]) };
  const refused = admissions.admit(callOf({}), NOW);
  assert.equal(refused.outcome, 'refused');
  assert.match(
    refused.outcome === 'refused' ? refused.error.message : '',
    /^Rate limit exceeded for user: u1\. Limit type: requests\. Current limit: 3, Remaining: 0\. Limit resets at: 2026-11-24 12:01:00 UTC\./,
  );
});

test('whatever happens, no pot holds more than its limit, and a refused call leaves no trace', () => {
  const step = fc.record({
    kind: fc.constantFrom('call', 'call', 'end', 'fail'),
    amount: fc.bigInt(0n, 60n),
    share: fc.integer({ min: 0, max: 100 }),
    gap: fc.nat(4_000_000),
    customer: fc.constantFrom(null, 'c1', 'c2'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { admissions, pots } = admissionsWith({
        gateway: allow([budgetOf('1d', 150n)]),
        customer: new Map([['*', allow([budgetOf('1h', 80n), budgetOf('1mo', 400n)])]]),
      });
      const own = allow([budgetOf('1h', 100n), budgetOf('total', 500n)]);
      const running: Hold[] = [];
      let wallMs = NOW.wallMs;
      for (const { kind, amount, share, gap, customer } of steps) {
        wallMs += gap;
        if (kind === 'call') {
          const { purses } = admitted(admissions.admit(callOf({ own, customer }), { monotonicMs: 0, wallMs }));
          const before = JSON.stringify([...pots.values()]);
          const outcome = hold(purses.pots, amount);
          if (isHold(outcome)) running.push(outcome);
          else assert.equal(JSON.stringify([...pots.values()]), before);
        } else {
          const held = running.shift();
          if (held !== undefined) post(held, kind === 'fail' ? 0n : (BigInt(held.amount) * BigInt(share)) / 100n);
        }
        for (const pot of pots.values()) assert.ok(pot.posted + pot.held <= pot.limit && pot.held >= 0, pot.id);
      }
      for (const held of running) post(held, 0n);
      for (const pot of pots.values()) assert.equal(pot.held, 0);
    }),
    { numRuns: 500, seed: 13 },
  );
});
