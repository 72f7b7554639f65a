import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment } from '../catalog/index.ts';
import { plan } from './plan.ts';
import { deploymentOf, modelOf, planInputOf } from './plan-fixture.ts';
import { openProbeMarks } from './probe-marks.ts';

const [a, b, c] = [deploymentOf('a', { region: 'eu' }), deploymentOf('b'), deploymentOf('c', { priority: 2 })];

test('the last probe of a deployment counts, for all of its tiers of service', () => {
  const { markProbe, failedProbeMs } = openProbeMarks();
  assert.equal(failedProbeMs(a), null);
  markProbe(a, true, 5);
  assert.equal(failedProbeMs({ ...a, tier: 'flex', circuit: `${a.circuit} at flex` }), 5);
  assert.equal(failedProbeMs({ ...a, region: 'us' }), null);
  markProbe(a, false, 6);
  assert.equal(failedProbeMs(a), null);
});

test('who failed a probe is left out, with the reason, unless that leaves nobody', () => {
  const planned = (failed: readonly Deployment[], rest: Partial<Parameters<typeof planInputOf>[0]> = {}) =>
    plan(
      planInputOf({
        models: [modelOf(a, b, c)],
        ifOthers: (deployment) => (failed.includes(deployment) ? 'its last probe failed' : null),
        ...rest,
      }),
    );
  const ids = ({ candidates }: ReturnType<typeof plan>) => candidates.map(({ deployment }) => deployment.id).sort();
  const { excluded } = planned([a]);
  assert.deepEqual(ids(planned([a])), ['b', 'c']);
  assert.deepEqual(
    excluded.map(({ deployment, by, reason }) => [deployment.id, by, reason]),
    [['a', 'probe', 'its last probe failed']],
  );
  assert.deepEqual(ids(planned([a, b])), ['c'], 'one of a lower rank is well');
  assert.deepEqual(ids(planned([a, b, c])), ['a', 'b', 'c']);
  const withoutC = { speaks: (deployment: Deployment) => deployment !== c };
  assert.deepEqual(
    ids(planned([a, b], withoutC)),
    ['a', 'b'],
    'those that are left out for something else do not count',
  );
});
