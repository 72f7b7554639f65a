import type { Deployment, Model } from '../../src/catalog/index.ts';
import { type Health, noPreferences, openHealth, plan, type StrategyId, strategyOf } from '../../src/routing/index.ts';
import { deploymentOf } from '../../src/routing/plan-fixture.ts';
import { seeded } from '../../test/support/seeded.ts';

/** How a deployment of the simulated world behaves. */
export type Behaviour = {
  readonly id: string;
  /** Median time to its answer while it is idle, milliseconds. */
  readonly medianMs: number;
  /** Share of calls that fail, and how fast they do. */
  readonly failing: number;
  readonly failureMs: number;
  /** Calls that it serves at once; more wait for each other. */
  readonly capacity: number;
};

export type Outcome = {
  readonly latenciesMs: readonly number[];
  readonly attempts: number;
  readonly failed: number;
  /** First choices by deployment. */
  readonly chosen: Readonly<Record<string, number>>;
};

type Task = { readonly atMs: number; readonly run: () => void };

const POLICY = { allowedFails: 3, cooldownMs: 5_000 };
/** The spread of a log-normal distribution: its 95th percentile is 2.3 times its median. */
const SPREAD = 0.5;
const MAX_ATTEMPTS = 5;

/** Calls that come at random at a rate for a time, on a clock of their own. The same seed gives the same outcome. */
export function simulate(
  strategy: StrategyId,
  behaviours: readonly Behaviour[],
  { callsPerSecond, seconds, seed }: { callsPerSecond: number; seconds: number; seed: number },
): Outcome {
  const random = seeded(seed);
  const health = openHealth(() => POLICY);
  const world = { nowMs: 0, queue: [] as Task[] };
  const model = modelOf(behaviours);
  const latenciesMs: number[] = [];
  const chosen: Record<string, number> = {};
  let [attempts, failed, turn] = [0, 0, 0];

  const later = (ms: number, run: () => void): void => insert(world.queue, { atMs: world.nowMs + ms, run });
  const call = (): void => {
    const begunMs = world.nowMs;
    const candidates = planned(strategy, model, health, world.nowMs, turn++, random);
    const [first] = candidates;
    if (first !== undefined) chosen[first.id] = (chosen[first.id] ?? 0) + 1;
    const tryNext = (nth: number): void => {
      const deployment = candidates[nth];
      if (deployment === undefined || nth >= MAX_ATTEMPTS) {
        failed++;
        return;
      }
      if (!health.claim(deployment, world.nowMs)) {
        tryNext(nth + 1);
        return;
      }
      attempts++;
      const behaviour = behaviours.find(({ id }) => id === deployment.id);
      if (behaviour === undefined) return;
      const startedMs = world.nowMs;
      health.begin(deployment, startedMs);
      const fails = random() < behaviour.failing;
      later(fails ? behaviour.failureMs : serviceMs(behaviour, health.inFlight(deployment), random), () => {
        const durationMs = world.nowMs - startedMs;
        const told = { retryAfterMs: null, durationMs, outputTokens: null };
        if (fails) {
          health.end(deployment, { ...told, outcome: 'failed', firstByteMs: null }, world.nowMs);
          tryNext(nth + 1);
          return;
        }
        health.end(deployment, { ...told, outcome: 'answered', firstByteMs: durationMs }, world.nowMs);
        latenciesMs.push(world.nowMs - begunMs);
      });
    };
    tryNext(0);
  };
  for (let atMs = 0; atMs < seconds * 1_000; atMs += (-Math.log(1 - random()) * 1_000) / callsPerSecond) {
    insert(world.queue, { atMs, run: call });
  }
  for (let task = world.queue.pop(); task !== undefined; task = world.queue.pop()) {
    world.nowMs = task.atMs;
    task.run();
  }
  return { latenciesMs, attempts, failed, chosen };
}

const NEEDS = {
  inputBytes: 2_000,
  inputTokens: 500,
  outputTokens: null,
  inputs: [],
  outputs: [],
  parameters: [],
  serviceTier: 'open',
} as const;

function planned(
  strategy: StrategyId,
  model: Model,
  health: Health,
  nowMs: number,
  turn: number,
  random: () => number,
): readonly Deployment[] {
  return plan({
    models: [model],
    dialect: 'openai-chat',
    speaks: () => true,
    denies: null,
    passesOn: null,
    preferences: noPreferences,
    needs: () => NEEDS,
    preferred: null,
    strategy: strategyOf(strategy),
    health,
    load: (deployment) => ({ inFlight: health.inFlight(deployment), requests: 0, tokens: 0 }),
    inputTokens: 500,
    outputTokens: 500,
    stream: true,
    turn,
    options: { percentile: 'p50', latencyBuffer: 0 },
    nowMs,
    random,
  }).candidates.map(({ deployment }) => deployment);
}

/** Log-normal, longer in proportion where more calls are in flight than it serves at once. */
function serviceMs({ medianMs, capacity }: Behaviour, inFlight: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return medianMs * Math.exp(SPREAD * normal) * Math.max(1, inFlight / capacity);
}

/** Latest first, so that the next one is popped. */
function insert(queue: Task[], task: Task): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.atMs ?? 0) > task.atMs) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, task);
}

function modelOf(behaviours: readonly Behaviour[]): Model {
  const deployments = behaviours.map(({ id }) => deploymentOf(id, { circuit: id }));
  return { name: 'm', deployments, fallbacks: {}, resolvedBy: 'configured' };
}
