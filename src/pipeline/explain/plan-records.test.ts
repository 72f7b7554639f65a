import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment, Model } from '../../catalog/index.ts';
import type { Plan } from '../../routing/index.ts';
import type { PlanRecord } from '../../telemetry/index.ts';
import type { Exchange } from '../exchange.ts';
import { encodePlans } from './plan-header.ts';
import { planRecord, planRecords } from './plan-records.ts';

function planOf(candidates: number, excluded: number, reason = 'priority 1, balanced'): Plan {
  const model = { name: 'm' } as Model;
  const deployment = (id: string) => ({ id, provider: 'p', credential: 'c', upstreamModel: 'u' }) as Deployment;
  return {
    candidates: Array.from({ length: candidates }, (_, index) => ({
      deployment: deployment(`d${index}`),
      model,
      reason,
    })),
    excluded: Array.from({ length: excluded }, (_, index) => ({
      deployment: deployment(`x${index}`),
      model,
      by: 'cooldown' as const,
      reason: 'rests',
    })),
  };
}

const NOBODY = { passedOver: null };
const ATTEMPT = {} as Exchange['attempts'][number];

test('the only deployment, tried, needs no plan beside its attempt; anything else does', () => {
  const kept = (plans: Plan[], attempts = 1): number =>
    planRecords({ plans, passedOver: null, attempts: Array.from({ length: attempts }, () => ATTEMPT) }).length;
  assert.equal(kept([]), 0);
  assert.equal(kept([planOf(1, 0)]), 0);
  assert.equal(kept([planOf(1, 0)], 0), 1, 'it was passed over: no attempt says that it was there');
  assert.equal(kept([planOf(1, 1)]), 1);
  assert.equal(kept([planOf(2, 0)]), 1);
  assert.equal(kept([planOf(0, 1)], 0), 1);
  assert.equal(kept([planOf(1, 0), planOf(1, 0)], 2), 2, 'a fallback');
});

test('twenty of each are kept, and the number of the others', () => {
  const record = planRecord(planOf(25, 300), NOBODY);
  assert.deepEqual([record.candidates.length, record.excluded.length], [20, 20]);
  assert.deepEqual([record.moreCandidates, record.moreExcluded], [5, 280]);
  assert.deepEqual(record.candidates[3], {
    deployment: 'd3',
    provider: 'p',
    credential: 'c',
    upstreamModel: 'u',
    model: 'm',
    reason: 'priority 1, balanced',
  });
  assert.equal(record.excluded[0]?.by, 'cooldown');
});

test('who was passed over when its turn came says why', () => {
  const plan = planOf(2, 0);
  const [first] = plan.candidates;
  assert.ok(first !== undefined);
  const { candidates } = planRecord(plan, { passedOver: new Map([[first, 'limit']]) });
  assert.deepEqual(
    candidates.map(({ reason }) => reason),
    ['priority 1, balanced; passed over: it was at a limit', 'priority 1, balanced'],
  );
});

test('the header is ASCII and at most 2 KB, however long the plan', () => {
  const parsed = (plans: readonly PlanRecord[]) => {
    const text = encodePlans(plans);
    assert.ok(text.length <= 2_048, `${text.length}`);
    assert.match(text, /^[\x20-\x7e]*$/);
    return JSON.parse(text) as {
      candidates: { reason: string }[];
      excluded: unknown[];
      left_out?: Record<string, number>;
    }[];
  };
  const [small] = parsed([planRecord(planOf(2, 1, 'größer als 1 — ja'), NOBODY)]);
  assert.deepEqual(
    [small?.candidates.length, small?.candidates[0]?.reason, small?.left_out],
    [2, 'größer als 1 — ja', undefined],
  );
  const [large] = parsed([planRecord(planOf(200, 300, 'x'.repeat(400)), NOBODY)]);
  const shown = large?.candidates.length ?? 0;
  assert.ok(shown > 0 && shown < 20);
  assert.deepEqual(large?.left_out, { candidates: 200 - shown, excluded: 300 - (large?.excluded.length ?? 0) });
  assert.equal(large?.candidates[0]?.reason.length, 120);
  const huge = planOf(3, 3, 'ÿ'.repeat(500));
  const named = {
    ...huge,
    candidates: huge.candidates.map((each) => ({ ...each, deployment: { ...each.deployment, id: 'i'.repeat(3_000) } })),
  };
  assert.deepEqual(parsed([planRecord(named, NOBODY)])[0]?.left_out, { candidates: 3, excluded: 3 });
});
