import type { Deployment, Price } from '../src/catalog/index.ts';
import { openHealth, plan, strategyIds, strategyOf } from '../src/routing/index.ts';
import { deploymentOf, modelOf, planInputOf } from '../src/routing/plan-fixture.ts';
import { microseconds } from './microseconds.ts';

const SIZES = [1, 5, 20, 200];

const unit = 1_000_000n;
const price: Price = {
  version: 'p',
  source: 'bench',
  tiers: [
    {
      fromInputTokens: 0,
      input: unit,
      output: unit,
      cacheRead: unit,
      cacheWrite: unit,
      reasoning: unit,
      inputAudio: unit,
      outputAudio: unit,
      request: 0n,
    },
  ],
};

/** Deployments that have answered before, so that there is something to weigh. */
function measured(count: number): { deployments: readonly Deployment[]; health: ReturnType<typeof openHealth> } {
  const health = openHealth(() => ({ allowedFails: 3, cooldownMs: 5_000 }));
  const deployments = Array.from({ length: count }, (_, index) => deploymentOf(`d${index}`, { price }));
  for (const [index, deployment] of deployments.entries()) {
    for (let nth = 0; nth < 20; nth++) {
      const took = { firstByteMs: 100 + index, durationMs: 1_000, outputTokens: 100 };
      health.begin(deployment, nth * 100);
      health.end(deployment, { outcome: 'answered', retryAfterMs: null, ...took }, nth * 100 + 50);
    }
  }
  return { deployments, health };
}

process.stdout.write(
  `Processor time of one plan, microseconds.\n\n| deployments | ${SIZES.join(' | ')} |\n|${' --- |'.repeat(SIZES.length + 1)}\n`,
);
for (const id of strategyIds) {
  const times = SIZES.map((size) => {
    const { deployments, health } = measured(size);
    let turn = 0;
    const input = planInputOf({
      models: [modelOf(...deployments)],
      health,
      strategy: strategyOf(id),
      load: (deployment) => ({ inFlight: health.inFlight(deployment), requests: 0, tokens: 0 }),
      random: Math.random,
    });
    return microseconds(() => plan({ ...input, turn: turn++, nowMs: 3_000 + turn / 1_000 })).toFixed(2);
  });
  process.stdout.write(`| ${id} | ${times.join(' | ')} |\n`);
}
