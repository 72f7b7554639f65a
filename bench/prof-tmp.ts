import { openHealth, plan, strategyOf } from '../src/routing/index.ts';
import { deploymentOf, modelOf, planInputOf } from '../src/routing/plan-fixture.ts';
const unit = 1_000_000n;
const price: any = { version: 'p', source: 'bench', tiers: [{ fromInputTokens: 0, input: unit, output: unit, cacheRead: unit, cacheWrite: unit, reasoning: unit, inputAudio: unit, outputAudio: unit, request: 0n }] };
const health = openHealth(() => ({ allowedFails: 3, cooldownMs: 5_000 }));
const deployments = Array.from({ length: 200 }, (_, index) => deploymentOf(`d${index}`, { price }));
for (const [index, deployment] of deployments.entries()) for (let nth = 0; nth < 20; nth++) { health.begin(deployment, nth * 100); health.end(deployment, { outcome: 'answered', retryAfterMs: null, firstByteMs: 100 + index, durationMs: 1000, outputTokens: 100 }, nth * 100 + 50); }
let turn = 0;
const input = planInputOf({ models: [modelOf(...deployments)], health, strategy: strategyOf(process.argv[2] as any), load: (d) => ({ inFlight: health.inFlight(d), requests: 0, tokens: 0 }), random: Math.random });
for (let i = 0; i < 120000; i++) plan({ ...input, turn: turn++, nowMs: 3000 + turn / 1000 });
