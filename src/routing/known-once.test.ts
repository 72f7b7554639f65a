import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownOnce } from './known-once.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, planInputOf } from './plan-fixture.ts';
import { lowestPrice } from './strategies/lowest-price.ts';

test('what is found out of a list is found out once, falsehoods as well, and another list is another one', () => {
  let times = 0;
  const isLong = knownOnce((list: readonly number[]) => {
    times++;
    return list.length > 2;
  });
  const [short, long] = [[1], [1, 2, 3]];
  assert.deepEqual([isLong(short), isLong(short), isLong(long), isLong([1])], [false, false, true, false]);
  assert.equal(times, 3);
});

test('who is left out of one plan changes nothing for the next of the same model', () => {
  const known = (parameters: readonly string[]) => ({ features: { ...deploymentOf('x').features, parameters } });
  const first = deploymentOf('first', { priority: 2 });
  const heeds = deploymentOf('heeds', { priority: 1, ...known(['tools']) });
  const unknown = deploymentOf('unknown', { priority: 1 });
  const model = modelOf(first, unknown, heeds);
  const planned = (without: string) => {
    const { candidates } = plan(
      planInputOf({
        models: [model],
        strategy: lowestPrice,
        speaks: ({ id }) => id !== without,
        needs: () => ({ ...planInputOf().needs(), parameters: ['tools'] }),
      }),
    );
    return candidates.map(({ deployment, reason }) => `${deployment.id}: ${reason}`);
  };
  const doubt = 'unknown: priority 1, lowest-price, not known to heed tools';
  const all = ['heeds: priority 1, lowest-price', doubt, 'first: priority 2, lowest-price'];
  assert.deepEqual(planned(''), all);
  assert.deepEqual(planned('heeds'), ['unknown: priority 1, lowest-price', 'first: priority 2, lowest-price']);
  assert.deepEqual(planned('first'), all.slice(0, 2));
  assert.deepEqual(planned(''), all);
});
