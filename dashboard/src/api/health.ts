import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

export type Percentiles = { readonly p50: number; readonly p75: number; readonly p90: number; readonly p99: number };

export type LastFailure = {
  readonly kind: 'error' | 'timeout' | 'rate_limit' | 'credential';
  readonly status: number | null;
  readonly error: string | null;
  readonly ms_ago: number;
};

/** A deployment and how it does; uptimes are shares of 1. */
export type DeploymentHealth = {
  readonly model: string;
  readonly model_id: string;
  readonly provider: string;
  readonly credential: string;
  readonly upstream_model: string;
  readonly region: string | null;
  /** Of its circuit breaker. */
  readonly state: 'closed' | 'half-open' | 'open';
  readonly cause: LastFailure['kind'] | null;
  readonly rests_for_ms: number;
  readonly overlays?: readonly string[];
  /** Worse than its peers. */
  readonly put_last: boolean;
  readonly in_flight: number;
  /** Of the process that answers; null: none since its start. */
  readonly last_failure: LastFailure | null;
  readonly attempts_last_30m: number;
  readonly uptime_last_5m: number | null;
  readonly uptime_last_30m: number | null;
  readonly uptime_last_1d: number | null;
  readonly latency_ms_last_5m: Percentiles | null;
  readonly latency_ms_last_30m: Percentiles | null;
  readonly throughput_last_30m: Percentiles | null;
};

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }) =>
    (await api<{ deployments: readonly DeploymentHealth[] }>('/health', { signal })).deployments,
  refetchInterval: 15_000,
});
