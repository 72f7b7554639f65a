import { openHealth } from '../src/routing/health/health.ts';
import { plan } from '../src/routing/plan.ts';
import { deploymentOf, modelOf, planInputOf, seeded } from '../src/routing/plan-fixture.ts';

// What a plan costs: `npm run bench:planning`. Processor time, the median of rounds.

const ROUNDS = 15;
const PLANS = 20_000;

function microseconds(count: number): number {
  const model = modelOf(...Array.from({ length: count }, (_, index) => deploymentOf(`d${index}`)));
  const health = openHealth(() => ({ allowedFails: 3, cooldownMs: 5_000 }));
  const input = planInputOf({ models: [model], health, random: seeded(7) });
  const plans = Math.ceil(PLANS / Math.max(1, count / 4));
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let round = 0; round < plans; round++) plan(input);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / plans;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

for (const count of [1, 3, 20, 200])
  process.stdout.write(`${count} deployments: ${microseconds(count).toFixed(2)} µs\n`);
