import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentHealth } from '../../api/health.ts';
import { standingsOf } from './provider-standings.ts';

const deployment: DeploymentHealth = {
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
  in_flight: 1,
  last_failure: null,
  attempts_last_30m: 0,
  uptime_last_5m: null,
  uptime_last_30m: null,
  uptime_last_1d: null,
  latency_ms_last_5m: null,
  latency_ms_last_30m: null,
  throughput_last_30m: null,
};

test('a provider is as well as its deployments are, weighed by what was sent to them', () => {
  const failure = { kind: 'error', status: 503, error: 'overloaded', ms_ago: 9_000 } as const;
  const [one, other] = standingsOf([
    { ...deployment, attempts_last_30m: 30, uptime_last_30m: 1, uptime_last_1d: 1, last_failure: failure },
    { ...deployment, attempts_last_30m: 10, uptime_last_30m: 0.6, state: 'open' },
    { ...deployment, put_last: true, last_failure: { ...failure, ms_ago: 4_000 } },
    { ...deployment, provider: 'anthropic', uptime_last_1d: 0.5 },
  ]);
  assert.deepEqual([one?.provider, one?.well, one?.uptime30m, one?.uptime1d], ['anthropic', 1, null, 0.5]);
  assert.deepEqual(
    [other?.deployments.length, other?.well, other?.resting, other?.inFlight, other?.attempts],
    [3, 1, 1, 3, 40],
  );
  assert.deepEqual([other?.uptime5m, other?.uptime30m, other?.uptime1d], [null, 0.9, 1]);
  assert.equal(other?.lastFailure?.ms_ago, 4_000, 'the latest');
});
