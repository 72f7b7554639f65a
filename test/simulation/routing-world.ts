import type { Deployment, Model, Price } from '../../src/catalog/index.ts';
import { type HealthPolicy, noRetryPolicy, type StrategyId, usualRetryBudget } from '../../src/routing/index.ts';
import { deploymentOf } from '../../src/routing/plan-fixture.ts';
import { seeded } from '../support/seeded.ts';
import { callOnce, type Seen } from './client.ts';
import { roomsOf, type SimulatedRooms } from './rooms.ts';
import { openSimulatedTransport, type Period, type Sent, type SimulatedUpstream, type Weather } from './upstreams.ts';
import { VirtualTime } from './virtual-time.ts';

export type Outcome = SimulatedRooms & {
  readonly upstreams: readonly SimulatedUpstream[];
  readonly seen: readonly Seen[];
  readonly sent: readonly Sent[];
  readonly deployments: readonly Deployment[];
  readonly strategy: StrategyId;
  readonly endedMs: number;
};

const STRATEGIES: readonly StrategyId[] = [
  'balanced',
  'weighted',
  'price-weighted',
  'lowest-latency',
  'least-busy',
  'round-robin',
];
const BAD_WEATHER: readonly Weather[] = [
  'slow',
  'unreachable',
  'errors',
  'brown-out',
  'throttles',
  'hangs',
  'dies-before-content',
  'dies-in-content',
];
const CALLS = 80;
const LONGEST_MS = 40_000;
export const MAX_ATTEMPTS = 5;
const TIMEOUTS = { connectMs: 1_000, firstByteMs: 3_000, idleMs: 3_000, totalMs: 60_000 };

export type Run = {
  readonly upstreams: readonly SimulatedUpstream[];
  readonly strategy: StrategyId;
  readonly calls: number;
  readonly lengthMs: number;
  /** When deployments rest; left out: as usual. */
  readonly health?: HealthPolicy;
  /** Looks at the rooms in the middle of it. */
  readonly watch?: (time: VirtualTime, rooms: SimulatedRooms['rooms'], deployments: readonly Deployment[]) => void;
};

/** Some deployments whose weather changes, calls that come at random, prices that change half-way. */
export function worldOf(seed: number): Promise<Outcome> {
  const random = seeded(seed);
  const run = {
    upstreams: upstreamsOf(random),
    strategy: oneOf(STRATEGIES, random),
    calls: CALLS,
    lengthMs: LONGEST_MS,
  };
  return simulate(run, random);
}

export async function simulate(run: Run, random: () => number): Promise<Outcome> {
  const { upstreams, strategy, calls, lengthMs } = run;
  const time = new VirtualTime();
  const sent: Sent[] = [];
  const transport = openSimulatedTransport(upstreams, time, random, (attempt) => sent.push(attempt));
  const before = modelOf(upstreams, random);
  const after = modelOf(upstreams, random);
  const modelNow = (): Model => (time.nowMs < lengthMs / 2 ? before : after);
  const made = roomsOf(
    time,
    random,
    transport,
    modelNow,
    {
      strategy,
      strategyOptions: { percentile: 'p50', latencyBuffer: 0 },
      maxAttempts: MAX_ATTEMPTS,
      retries: 1,
      queue: { waitMs: 2_000, length: 100 },
      retry: noRetryPolicy,
      retryBudget: usualRetryBudget,
      maxFallbacks: 5,
      deadlineMs: null,
      hedge: null,
    },
    run.health,
  );
  const seen: Seen[] = [];
  for (let nth = 0; nth < calls; nth++) {
    const stream = random() < 0.5;
    time.after(random() * lengthMs, () => seen.push(callOnce(`call-${nth}`, stream, made.rooms)));
  }
  run.watch?.(time, made.rooms, before.deployments);
  time.install();
  try {
    await time.run();
  } finally {
    time.uninstall();
  }
  return { ...made, upstreams, seen, sent, deployments: before.deployments, strategy, endedMs: time.nowMs };
}

function upstreamsOf(random: () => number): readonly SimulatedUpstream[] {
  const count = 2 + Math.floor(random() * 3);
  return Array.from({ length: count }, (_, index) => ({
    id: `d${index}`,
    medianMs: 50 + random() * 400,
    // The first is always well: what cannot be answered by anybody is another matter.
    periods: index === 0 ? [] : periodsOf(random),
  }));
}

function periodsOf(random: () => number): readonly Period[] {
  const fromMs = random() * LONGEST_MS * 0.5;
  return [{ fromMs, untilMs: fromMs + 2_000 + random() * 12_000, weather: oneOf(BAD_WEATHER, random) }];
}

function modelOf(upstreams: readonly SimulatedUpstream[], random: () => number): Model {
  const deployments = upstreams.map(({ id }) =>
    deploymentOf(id, {
      credential: id,
      provider: 'openai-compatible',
      price: priceOf(1 + random() * 3),
      timeouts: TIMEOUTS,
    }),
  );
  return { name: 'm', deployments, fallbacks: {}, resolvedBy: 'configured' };
}

function priceOf(usdPerMillion: number): Price {
  const pico = BigInt(Math.round(usdPerMillion * 1e6));
  const unit = { input: pico, output: pico, cacheRead: pico, cacheWrite: pico, reasoning: pico };
  const tier = { fromInputTokens: 0, ...unit, inputAudio: pico, outputAudio: pico, request: 0n };
  return { version: `p_${pico}`, source: 'test', tiers: [tier] };
}

function oneOf<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}
