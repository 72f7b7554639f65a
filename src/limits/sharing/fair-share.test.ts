import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Claim, fairShare } from './fair-share.ts';

const claim = fc
  .record({
    used: fc.nat(60),
    more: fc.option(fc.nat(80), { nil: null }),
    pressed: fc.constantFrom(0, 1, 1, 0.25, 3),
    need: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ used, more, pressed, need }) => ({
    used,
    want: pressed > 0 || more === null ? Number.POSITIVE_INFINITY : used + more,
    pressed: more === null && pressed === 0 ? 1 : pressed,
    need,
  }));

const claims = fc
  .array(claim, { minLength: 1, maxLength: 7 })
  .map((all) => all.map((each, at): Claim => ({ ...each, process: `p${at}` })));

function sharesOf(limit: number, all: readonly Claim[], turn: number): number[] {
  return all.map((own) =>
    fairShare(
      limit,
      own,
      all.filter((other) => other !== own),
      turn,
    ),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

test('together never more than the limit or what is in use, nobody loses what it uses, nobody gets what it does not want', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), claims, fc.nat(50), (limit, all, turn) => {
      const shares = sharesOf(limit, all, turn);
      const used = sum(all.map((each) => each.used));
      assert.ok(sum(shares) <= Math.max(limit, used), `${shares} of ${limit}`);
      for (const [at, { used: own, want }] of all.entries()) {
        const share = shares[at] ?? 0;
        assert.ok(Number.isInteger(share) && share >= own, `${share}`);
        assert.ok(share <= Math.max(want, own));
      }
    }),
    { numRuns: 4_000, seed: 21 },
  );
});

test('nothing lies idle while anybody wants more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), claims, fc.nat(50), (limit, all, turn) => {
      fc.pre(all.some(({ pressed }) => pressed > 0) && sum(all.map(({ used }) => used)) <= limit);
      const shares = sharesOf(limit, all, turn);
      assert.ok(sum(shares) >= limit - all.length, `${shares} of ${limit}`);
    }),
    { numRuns: 4_000, seed: 22 },
  );
});

test('equals that want more get the same, by their weights, to a unit', () => {
  const one = (process: string, pressed: number): Claim => ({
    process,
    used: 0,
    want: Number.POSITIVE_INFINITY,
    pressed,
    need: 1,
  });
  assert.deepEqual(sharesOf(600, [one('a', 1), one('b', 1), one('c', 1)], 0), [200, 200, 200]);
  assert.deepEqual(sharesOf(80, [one('a', 0.7), one('b', 0.1)], 0), [70, 10]);
  const idle: Claim = { process: 'c', used: 12, want: 12, pressed: 0, need: 0 };
  assert.deepEqual(sharesOf(600, [one('a', 1), one('b', 1), idle], 0), [294, 294, 12]);
});

test('what is too small to be divided goes to each in turn, and to one at a time', () => {
  const all = ['a', 'b', 'c'].map(
    (process): Claim => ({ process, used: 0, want: Number.POSITIVE_INFINITY, pressed: 1, need: 1 }),
  );
  const had = new Set<number>();
  for (let turn = 0; turn < 30; turn++) {
    const shares = sharesOf(1, all, turn);
    assert.equal(sum(shares), 1);
    had.add(shares.indexOf(1));
  }
  assert.equal(had.size, 3);
});

test('a call that is larger than an even part finds room when it is its turn', () => {
  const all = [40, 1, 1].map(
    (need, at): Claim => ({
      process: `p${at}`,
      used: 0,
      want: Number.POSITIVE_INFINITY,
      pressed: 1,
      need,
    }),
  );
  const largest = Math.max(...Array.from({ length: 30 }, (_, turn) => sharesOf(60, all, turn)[0] ?? 0));
  assert.equal(largest, 40);
});
