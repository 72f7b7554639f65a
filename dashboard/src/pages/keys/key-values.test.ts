import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedKeyOf, checks, newKeyOf, noValues } from './key-values.ts';

test('a new key says only what was filled in; the amount stays text, with every digit', () => {
  const key = newKeyOf({ ...noValues, key_alias: ' shop ', max_budget: '0.1', rpm_limit: '60', tags: ['a'] });
  assert.deepEqual(key, { key_alias: 'shop', models: [], max_budget: '0.1', rpm_limit: 60, tags: ['a'] });
});

test('a new key says in which team it is to stand, and a change nothing of it', () => {
  assert.deepEqual(newKeyOf({ ...noValues, team_id: 'core' }), { models: [], team_id: 'core' });
  assert.ok(!('team_id' in changedKeyOf('t1', { ...noValues, team_id: 'core' })));
});

test('a period without a budget is none', () => {
  assert.deepEqual(newKeyOf({ ...noValues, budget_duration: '30d' }), { models: [] });
});

test('a change takes away what was emptied, and leaves the lifetime alone', () => {
  const changed = changedKeyOf('t1', { ...noValues, key_alias: 'shop' });
  assert.equal(changed.key, 't1');
  assert.equal(changed.max_budget, null);
  assert.ok(!('duration' in changed));
});

test('what the gateway would refuse is told before', () => {
  assert.equal(checks.max_budget('12.50'), null);
  assert.notEqual(checks.max_budget('12,50'), null);
  assert.notEqual(checks.rpm_limit('0'), null);
  assert.notEqual(checks.tpm_limit('1.5'), null);
});
