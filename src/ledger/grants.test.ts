import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Grant, remainingOf, settleGrants, sumOf } from './grants.ts';

function grantOf(id: string, amount: bigint, given: Partial<Grant> = {}): Grant {
  return {
    ...{ id, category: 'paid', expiresAtMs: null, createdAtMs: 0, amountNanoUsd: amount },
    ...{ spentNanoUsd: 0n, refundedNanoUsd: 0n, expiredNanoUsd: 0n },
    ...given,
  };
}

const use = (posted: bigint, leased = 0n, refunded = 0n) => ({
  postedNanoUsd: posted,
  leasedNanoUsd: leased,
  refundedNanoUsd: refunded,
});

function left(grants: readonly Grant[]): Readonly<Record<string, bigint>> {
  return Object.fromEntries(grants.map((grant) => [grant.id, remainingOf(grant)]));
}

test('what expires first is used first, and of that what was given away', () => {
  const grants = [
    grantOf('ever', 10n),
    grantOf('late', 10n, { expiresAtMs: 200 }),
    grantOf('soon', 10n, { expiresAtMs: 100 }),
    grantOf('gift', 10n, { expiresAtMs: 100, category: 'promotional' }),
  ];
  const { grants: settled } = settleGrants(grants, use(25n), 50);
  assert.deepEqual(left(settled), { gift: 0n, soon: 0n, late: 5n, ever: 10n });
});

test('what was charged before a grant was there is not of it, however soon that expires', () => {
  const before = settleGrants([grantOf('ever', 10n)], use(5n), 10).grants;
  const after = settleGrants([...before, grantOf('soon', 10n, { expiresAtMs: 100 })], use(5n), 100);
  assert.deepEqual(left(after.grants), { soon: 0n, ever: 5n });
  assert.deepEqual(
    after.expiries.map(({ amountNanoUsd }) => amountNanoUsd),
    [10n],
  );
});

test('what calls in flight hold ends as far as they do not spend it', () => {
  const soon = grantOf('soon', 10n, { expiresAtMs: 100 });
  const ending = settleGrants([soon], use(0n, 4n), 100);
  assert.deepEqual([ending.endingNanoUsd, left(ending.grants)], [4n, { soon: 4n }]);
  const again = settleGrants(ending.grants, use(0n, 4n), 101);
  assert.deepEqual([again.expiries, again.grants], [[], ending.grants], 'asked again, nothing more expires');
  const over = settleGrants(ending.grants, use(3n), 101);
  assert.deepEqual([over.endingNanoUsd, left(over.grants)], [0n, { soon: 0n }]);
  assert.deepEqual(
    over.grants.map(({ spentNanoUsd, expiredNanoUsd }) => [spentNanoUsd, expiredNanoUsd]),
    [[3n, 7n]],
  );
});

test('a correction gives back to whom was taken from last', () => {
  const grants = [grantOf('soon', 10n, { expiresAtMs: 100 }), grantOf('ever', 10n)];
  const before = settleGrants(grants, use(15n), 10).grants;
  assert.deepEqual(left(settleGrants(before, use(8n), 20).grants), { soon: 2n, ever: 10n });
});

type Step =
  | { readonly kind: 'grant'; readonly amount: bigint; readonly lasts: number | null; readonly gift: boolean }
  | { readonly kind: 'spend' | 'refund'; readonly parts: bigint }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'settle' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('grant' as const),
    amount: fc.bigInt({ min: 1n, max: 1_000n }),
    lasts: fc.option(fc.integer({ min: 1, max: 200 })),
    gift: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom('spend' as const, 'refund' as const), parts: fc.bigInt({ min: 0n, max: 100n }) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('settle' as const) }),
);

/** A wallet whose every charge is taken from its grants at once, one nanodollar after the other as it were. */
class Model {
  #nowMs = 0;
  #grants: Grant[] = [];
  posted = 0n;
  refunded = 0n;

  get nowMs(): number {
    return this.#nowMs;
  }

  remaining(only: (grant: Grant) => boolean = () => true): bigint {
    return sumOf(this.#grants.filter(only), remainingOf);
  }

  add(grant: Grant): void {
    this.#grants.push(grant);
  }

  take(share: 'spentNanoUsd' | 'refundedNanoUsd', amount: bigint): void {
    const order = (one: Grant, other: Grant): number =>
      (one.expiresAtMs ?? Infinity) - (other.expiresAtMs ?? Infinity) ||
      Number(one.category === 'paid') - Number(other.category === 'paid') ||
      one.createdAtMs - other.createdAtMs ||
      (one.id < other.id ? -1 : 1);
    // Two without an end: Infinity - Infinity is no number.
    const sorted = this.#grants.toSorted((one, other) =>
      one.expiresAtMs === other.expiresAtMs
        ? order({ ...one, expiresAtMs: 0 }, { ...other, expiresAtMs: 0 })
        : order(one, other),
    );
    const from = share === 'spentNanoUsd' ? sorted : sorted.reverse().filter(({ category }) => category === 'paid');
    let rest = amount;
    for (const { id } of from) {
      const at = this.#grants.findIndex((grant) => grant.id === id);
      const grant = this.#grants[at];
      if (grant === undefined) continue;
      const part = rest < remainingOf(grant) ? rest : remainingOf(grant);
      this.#grants[at] = { ...grant, [share]: grant[share] + part };
      rest -= part;
    }
    assert.equal(rest, 0n);
  }

  wait(ms: number): void {
    this.#nowMs += ms;
    this.#grants = this.#grants.map((grant) =>
      grant.expiresAtMs !== null && grant.expiresAtMs <= this.#nowMs
        ? { ...grant, expiredNanoUsd: grant.expiredNanoUsd + remainingOf(grant) }
        : grant,
    );
  }

  shares(): unknown {
    return sharesOf(this.#grants);
  }
}

function sharesOf(grants: readonly Grant[]): unknown {
  return Object.fromEntries(
    grants
      .map((grant) => [grant.id, [grant.spentNanoUsd, grant.refundedNanoUsd, grant.expiredNanoUsd]] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

test('settled at whatever moments, grants are what they would be if each charge were taken at once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const model = new Model();
      let grants: readonly Grant[] = [];
      const settle = (): void => {
        const settled = settleGrants(grants, use(model.posted, 0n, model.refunded), model.nowMs);
        grants = settled.grants;
        assert.equal(settled.endingNanoUsd, 0n);
      };
      for (const [at, each] of steps.entries()) {
        if (each.kind === 'settle') settle();
        else if (each.kind === 'wait') {
          // As the books do it: nothing is charged between an expiry and the look that comes for it.
          settle();
          model.wait(each.ms);
          settle();
        } else if (each.kind === 'grant') {
          settle();
          const expiresAtMs = each.lasts === null ? null : model.nowMs + each.lasts;
          const category = each.gift ? ('promotional' as const) : ('paid' as const);
          const grant = grantOf(`g${String(at).padStart(3, '0')}`, each.amount, {
            expiresAtMs,
            category,
            createdAtMs: at,
          });
          model.add(grant);
          grants = [...grants, grant];
        } else if (each.kind === 'spend') {
          const amount = (model.remaining() * each.parts) / 100n;
          model.take('spentNanoUsd', amount);
          model.posted += amount;
        } else {
          settle();
          const amount = (model.remaining(({ category }) => category === 'paid') * each.parts) / 100n;
          model.take('refundedNanoUsd', amount);
          model.refunded += amount;
          settle();
        }
      }
      settle();
      assert.deepEqual(sharesOf(grants), model.shares());
    }),
    { numRuns: 2_000 },
  );
});

test('whatever is held, nothing is lost or made: what was granted is spent, given back, expired, ending or left', () => {
  const grants = fc.array(
    fc.record({
      amount: fc.bigInt({ min: 1n, max: 1_000n }),
      expiresAtMs: fc.option(fc.integer({ min: 0, max: 100 })),
      gift: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const share = fc.bigInt({ min: 0n, max: 100n });
  fc.assert(
    fc.property(grants, share, share, fc.integer({ min: 0, max: 120 }), (given, spent, held, nowMs) => {
      const all = given.map(({ amount, expiresAtMs, gift }, at) =>
        grantOf(`g${at}`, amount, { expiresAtMs, category: gift ? 'promotional' : 'paid' }),
      );
      const granted = sumOf(all, ({ amountNanoUsd }) => amountNanoUsd);
      const posted = (granted * spent) / 100n;
      const leased = ((granted - posted) * held) / 100n;
      const { grants: settled, expiries, endingNanoUsd } = settleGrants(all, use(posted, leased), nowMs);
      assert.equal(
        sumOf(settled, (grant) => grant.spentNanoUsd),
        posted,
      );
      const expired = expiries.reduce((sum, { amountNanoUsd }) => sum + amountNanoUsd, 0n);
      const open = sumOf(settled, remainingOf);
      assert.equal(posted + expired + open, granted);
      assert.ok(open >= leased, 'what is held is there');
      assert.ok(endingNanoUsd <= leased, 'only what is held waits');
      for (const grant of settled) assert.ok(remainingOf(grant) >= 0n);
      const again = settleGrants(settled, use(posted, leased), nowMs);
      assert.deepEqual([again.expiries, again.grants], [[], settled]);
    }),
    { numRuns: 2_000 },
  );
});
