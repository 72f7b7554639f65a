import type { Deployment } from '../../catalog/index.ts';
import type { DeploymentStats } from '../health/stats.ts';

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
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

export type DeploymentLoad = { readonly inFlight: number; readonly requests: number; readonly tokens: number };

export type StrategyId =
  | 'weighted'
  | 'price-weighted'
  | 'lowest-price'
  | 'lowest-latency'
  | 'highest-throughput'
  | 'least-busy'
  | 'usage'
  | 'ordered'
  | 'round-robin'
  | 'two-choices';

/** Orders the deployments of one priority: who is tried first, second, … Each comes back once. Pure. */
export type Strategy = {
  readonly id: StrategyId;
  readonly order: (deployments: readonly Deployment[], context: StrategyContext) => readonly Deployment[];
};
