import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overlay } from '../api/deployments.ts';
import type { DeploymentHealth } from '../api/health.ts';
import { overlaysOn, shareOfTraffic, switchedBy } from './deployment-facts.ts';

const health: DeploymentHealth = {
  model: 'm',
  model_id: 'm-1',
  provider: 'openai',
  credential: 'own',
  upstream_model: 'm',
  region: null,
  state: 'closed',
  cause: null,
  rests_for_ms: 0,
  put_last: false,
  in_flight: 0,
  last_failure: null,
  attempts_last_30m: 3,
  uptime_last_5m: null,
  uptime_last_30m: null,
  uptime_last_1d: null,
  latency_ms_last_5m: null,
  latency_ms_last_30m: null,
  throughput_last_30m: null,
};
const overlay: Overlay = {
  overlay_id: 'wide',
  kind: 'provider',
  id: 'openai',
  set: 'off',
  reason: 'outage',
  by: 'master',
  expires_at: '2026-12-01T00:00:00Z',
};

test('a share is of what goes to the same model', () => {
  const others = [
    { ...health, attempts_last_30m: 9 },
    { ...health, model: 'other', attempts_last_30m: 100 },
  ];
  assert.equal(shareOfTraffic(health, [health, ...others]), 0.25);
  assert.equal(shareOfTraffic({ ...health, attempts_last_30m: 0 }, []), null);
});

test('the narrower switch counts, and a weight is none', () => {
  const narrow = { ...overlay, overlay_id: 'narrow', kind: 'deployment', set: 'on' } as const;
  const weight = { ...overlay, overlay_id: 'weight', kind: 'deployment', set: 'weight', weight: 2 } as const;
  const all = [overlay, weight, narrow, { ...overlay, overlay_id: 'elsewhere' }];
  const on = overlaysOn({ ...health, overlays: ['wide', 'weight', 'narrow'] }, all);
  assert.deepEqual(
    on.map(({ overlay_id: id }) => id),
    ['weight', 'narrow', 'wide'],
  );
  assert.equal(switchedBy(on), 'on');
  assert.equal(switchedBy(overlaysOn(health, all)), null);
});
