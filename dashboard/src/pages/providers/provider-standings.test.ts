import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentHealth } from '../../api/providers.ts';
import { standingsOf } from './provider-standings.ts';

const deployment: DeploymentHealth = {
  model: 'm',
  model_id: 'm-1',
  provider: 'openai',
  credential: 'own',
  upstream_model: 'm',
  state: 'closed',
  put_last: false,
  in_flight: 1,
  attempts_last_30m: 0,
  uptime_last_30m: null,
};

test('a provider is as well as its deployments are, weighed by what was sent to them', () => {
  const [one, other] = standingsOf([
    { ...deployment, attempts_last_30m: 30, uptime_last_30m: 100 },
    { ...deployment, attempts_last_30m: 10, uptime_last_30m: 60, state: 'open' },
    { ...deployment, put_last: true },
    { ...deployment, provider: 'anthropic' },
  ]);
  assert.deepEqual(one, { provider: 'anthropic', deployments: 1, well: 1, inFlight: 1, attempts: 0, uptime: null });
  assert.deepEqual(other, { provider: 'openai', deployments: 3, well: 1, inFlight: 3, attempts: 40, uptime: 90 });
});
