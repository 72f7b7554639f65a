import type { Deployment, Model } from '../catalog/index.ts';
import { NO_BOUNDS } from '../inference/index.ts';
import { noStats } from './health/stats.ts';
import type { Needs } from './needs.ts';
import type { PlanInput } from './plan.ts';
import { noPreferences } from './preferences/preferences.ts';
import { defaultOptions } from './strategies/strategy.ts';
import { weighted } from './strategies/weighted.ts';

/** A deployment of which nothing is known but its name. */
export function deploymentOf(id: string, change: Partial<Deployment> = {}): Deployment {
  return {
    id,
    credential: 'c',
    provider: 'p',
    names: ['c', 'p'],
    routesOn: false,
    needsCallerKey: false,
    upstreamModel: id,
    price: null,
    contextWindow: null,
    maxOutput: null,
    traits: { thinking: null, takesSampling: null, bounds: NO_BOUNDS },
    features: { inputs: null, outputs: null, parameters: null, quantization: null, distillable: null },
    data: { collects: null, retains: null },
    region: null,
    tags: [],
    circuit: `c/${id}`,
    priority: 1,
    weight: 1,
    limits: { rpm: null, tpm: null, parallel: null },
    timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
    headers: {},
    ...change,
  };
}

export function modelOf(...deployments: readonly Deployment[]): Model {
  return { name: 'm', deployments, fallbacks: {}, resolvedBy: 'configured' };
}

export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

export const noNeeds: Needs = {
  inputBytes: 40,
  inputTokens: 10,
  outputTokens: null,
  inputs: [],
  outputs: [],
  parameters: [],
  serviceTier: 'open',
};

/** A request that wants nothing special, where every deployment is well. */
export function planInputOf(change: Partial<PlanInput> = {}): PlanInput {
  return {
    models: [],
    dialect: 'openai-chat',
    speaks: () => true,
    denies: null,
    passesOn: null,
    preferences: noPreferences,
    needs: () => noNeeds,
    preferred: null,
    health: { standing: () => ({ state: 'closed', untilMs: 0, cause: null }), stats: () => noStats },
    strategy: weighted,
    load: () => ({ inFlight: 0, requests: 0, tokens: 0 }),
    inputTokens: 10,
    outputTokens: 500,
    stream: false,
    turn: 0,
    options: defaultOptions,
    nowMs: 0,
    random: seeded(1),
    ...change,
  };
}
