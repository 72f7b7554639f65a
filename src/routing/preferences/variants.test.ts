import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPreferences } from './preferences.ts';
import { splitVariant, withVariants } from './variants.ts';

test('a variant comes off the end of a name, and nothing else does', () => {
  assert.deepEqual(splitVariant('a/b:free:nitro'), { base: 'a/b:free', variant: 'nitro' });
  for (const name of ['llama3:8b', 'a', ':free', 'a:Free', 'a:toString', 'ft:gpt-4o:org::id'])
    assert.equal(splitVariant(name), null, name);
});

test('several hold together, and the last sort wins', () => {
  const { sort, maxPrice, variants } = withVariants({ ...noPreferences, sort: 'latency' }, ['nitro', 'free', 'floor']);
  assert.equal(sort, 'price');
  assert.equal(maxPrice?.input, 0n);
  assert.deepEqual(variants, ['nitro', 'free', 'floor']);
  assert.equal(withVariants({ ...noPreferences, sort: 'latency' }, ['online']).sort, 'latency');
  assert.equal(withVariants(noPreferences, []), noPreferences);
});
