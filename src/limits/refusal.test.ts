import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hold, isHold } from '../ledger/index.ts';
import { admissionsWith, allow, budgetOf, partyOf } from './limits-fixture.ts';
import { refuseFor } from './open-purses.ts';
import type { LimitedParty } from './rule-book.ts';

const NOW = { monotonicMs: 0, wallMs: Date.parse('2026-11-24T12:00:00Z') };
const SMALL = allow([budgetOf('total', 10n)]);

/** What a call of somebody with a budget of 10 nanodollars is told that may cost 11. */
function toldTo(party: LimitedParty): string {
  const { admissions } = admissionsWith({});
  const call = { parties: [party], modelNames: () => ['m/1'], inputTokens: 1, outputTokens: 1 };
  const outcome = admissions.admit(call, NOW);
  assert.ok(outcome.outcome === 'admitted');
  const refusal = hold(outcome.purses.pots, 11n);
  assert.ok(!isHold(refusal));
  return refuseFor(outcome.purses, refusal).error.message;
}

const words: readonly (readonly [kind: LimitedParty['kind'], id: string, begins: string])[] = [
  ['key', 'k1', 'Budget has been exceeded! Current cost: 0, Max budget: 0.00000001. '],
  ['user', 'alice', 'ExceededBudget: User=alice over budget. Spend=0, Budget=0.00000001. '],
  ['customer', 'a b', 'ExceededBudget: End User=a b over budget. Spend=0, Budget=0.00000001. '],
  ['team', 'payments', 'Budget has been exceeded! Team=payments Current cost: 0, Max budget: 0.00000001. '],
  ['project', 'checkout', 'Budget has been exceeded! Project=checkout Current cost: 0, '],
  ['organization', 'acme', 'Budget has been exceeded! Organization=acme Current cost: 0, '],
  ['tag', 'a,b/c', 'Budget has been exceeded! Tag=a%2Cb%2Fc Current cost: 0, '],
  ['member', 'payments\nalice', 'Budget has been exceeded! User=alice in Team=payments Current cost: 0, '],
  ['organization_member', 'acme\nal', 'Budget has been exceeded! User=al in Organization=acme Current cost: 0, '],
];

for (const [kind, id, begins] of words) {
  test(`a refusal for the money of a ${kind} begins with LiteLLM’s words`, () => {
    const told = toldTo(partyOf(kind, id, SMALL));
    assert.ok(told.startsWith(begins), told);
    const ofModel = toldTo(partyOf(kind, id, undefined, new Map([['m/1', SMALL]])));
    assert.ok(ofModel.startsWith(begins), ofModel);
  });
}
