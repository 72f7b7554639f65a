import type { Deployment } from '../../catalog/index.ts';
import type { DeploymentStats } from '../health/stats.ts';

export type StrategyOptions = {
  /** Which percentile of the first byte and of the throughput counts. */
  readonly percentile: 'p50' | 'p75' | 'p90' | 'p99';
  /** Those within this share above the lowest latency are as good as it: 0.1 is 10 %. */
  readonly latencyBuffer: number;
};

export const defaultOptions: StrategyOptions = Object.freeze({ percentile: 'p50', latencyBuffer: 0 });

export type StrategyContext = {
  readonly stats: (deployment: Deployment, nowMs: number) => DeploymentStats;
  /** Calls in flight, and what this minute has used of its limits, in this process. */
  readonly load: (deployment: Deployment, nowMs: number) => DeploymentLoad;
  /** Tokens that the request is expected to take, for what depends on its size. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of a stream the first token counts, else the whole answer. */
  readonly stream: boolean;
  /** Counts the plans of this model that this process has made. */
  readonly turn: number;
  readonly options: StrategyOptions;
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

export type DeploymentLoad = { readonly inFlight: number; readonly requests: number; readonly tokens: number };

export const strategyIds = [
  'balanced',
  'weighted',
  'price-weighted',
  'lowest-price',
  'lowest-latency',
  'highest-throughput',
  'least-busy',
  'usage',
  'ordered',
  'round-robin',
  'two-choices',
] as const;

export type StrategyId = (typeof strategyIds)[number];

/** Orders the deployments of one priority: who is tried first, second, … Each comes back once. Pure. */
export type Strategy = {
  readonly id: StrategyId;
  /** Any of them does as well: a new session may be sent to the place where its turns meet. */
  readonly isEven?: true;
  readonly order: (deployments: readonly Deployment[], context: StrategyContext) => readonly Deployment[];
};
