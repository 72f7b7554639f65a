import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyRow } from '../../api/keys.ts';
import { checkFields, type FieldValues, valuesFrom } from '../../form/field.ts';
import { changedKeyFields, changedKeyOf, newKeyFields, newKeyOf } from './key-fields.ts';

const fields = newKeyFields([{ value: 'core', label: 'Core' }]);
const typed = (values: FieldValues): FieldValues => ({ ...valuesFrom(fields), ...values });
const key = { token: 't1', max_budget: 0.1, budget_duration: '30d', models: ['a'], tags: [] } as unknown as KeyRow;

test('a new key says only what was filled in; the amount stays text, with every digit', () => {
  const made = newKeyOf(fields, typed({ key_alias: ' shop ', max_budget: '0.1', rpm_limit: '60', tags: ['a'] }));
  assert.deepEqual(made, { key_alias: 'shop', models: [], max_budget: '0.1', rpm_limit: 60, tags: ['a'] });
});

test('a new key says in which team it is to stand, and a change nothing of it', () => {
  assert.deepEqual(newKeyOf(fields, typed({ team_id: 'core' })), { models: [], team_id: 'core' });
  assert.ok(!newKeyFields([]).some(({ id }) => id === 'team_id'), 'where there are no teams nothing is asked');
  assert.ok(!('team_id' in changedKeyOf(key, typed({ team_id: 'core' }))));
});

test('a period without a budget is none', () => {
  assert.deepEqual(newKeyOf(fields, typed({ budget_duration: '30d' })), { models: [] });
});

test('a change begins with what there is, takes away what was emptied, and leaves the lifetime alone', () => {
  const before = valuesFrom(changedKeyFields, key);
  assert.deepEqual([before['max_budget'], before['budget_duration'], before['duration']], ['0.1', '30d', '']);
  const changed = changedKeyOf(key, { ...before, max_budget: '', key_alias: 'shop' });
  assert.deepEqual([changed.key, changed.key_alias, changed.max_budget], ['t1', 'shop', null]);
  assert.deepEqual([changed.budget_duration, changed.models, changed.tags], [null, ['a'], null]);
  assert.ok(!('duration' in changed));
  assert.equal(changedKeyOf(key, { ...before, duration: '7d' }).duration, '7d');
});

test('what the gateway would refuse is told before', () => {
  const faults = (values: FieldValues) => Object.keys(checkFields(fields, typed(values)));
  assert.deepEqual(faults({ max_budget: '12.50' }), []);
  assert.deepEqual(faults({ max_budget: '12,50', rpm_limit: '0', tpm_limit: '1.5' }).toSorted(), [
    'max_budget',
    'rpm_limit',
    'tpm_limit',
  ]);
});
