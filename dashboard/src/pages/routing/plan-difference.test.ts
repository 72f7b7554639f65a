import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place, Planned } from '../../api/routing.ts';
import { moveOf, placesOf } from './plan-difference.ts';

const placeOf = (deployment: string): Place => ({
  deployment,
  provider: 'p',
  model: 'm',
  upstream_model: 'u',
  reason: 'because',
  price: null,
  expected_cost_usd: null,
  standing: { state: 'closed' },
});
const planOf = (candidates: readonly string[], excluded: readonly string[] = []): Planned => ({
  strategy: 'ordered',
  candidates: candidates.map(placeOf),
  excluded: excluded.map((id) => ({ ...placeOf(id), reason: 'rests', by: 'cooldown', objections: [] })),
  fallbacks: {},
  hold: { outcome: 'passes', asked_usd: null, max_output_tokens: null },
  refusal: null,
});

test('each deployment says where it stood and what became of it', () => {
  const rows = placesOf(planOf(['b', 'c', 'd'], ['a']), planOf(['a', 'b', 'c'], ['d']));
  assert.deepEqual(
    rows.map((row) => [row.place.deployment, row.now, row.before, moveOf(row), row.why]),
    [
      ['b', 1, 2, 'up', 'because'],
      ['c', 2, 3, 'up', 'because'],
      ['d', 3, null, 'in', 'because'],
      ['a', null, 1, 'out', 'rests'],
    ],
  );
  const same = planOf(['a', 'b']);
  assert.deepEqual(placesOf(same, same).map(moveOf), ['same', 'same']);
});
