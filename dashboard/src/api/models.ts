import { queryOptions } from '@tanstack/react-query';
import { type Nano, nanoOf } from '../format/money.ts';
import { api } from './client.ts';
import type { Percentiles } from './health.ts';

/** USD per token, as text; `-1`: nobody knows. */
export type Pricing = {
  readonly prompt: string;
  readonly completion: string;
  readonly request?: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
};

export type ModelRow = {
  readonly id: string;
  readonly owned_by: string;
  readonly context_length: number | null;
  readonly architecture: {
    readonly input_modalities: readonly string[];
    readonly output_modalities: readonly string[];
  };
  readonly pricing: Pricing;
  readonly top_provider: { readonly max_completion_tokens: number | null };
  readonly supported_parameters: readonly string[];
};

/** One of a model's deployments, and how it is doing. */
export type Endpoint = {
  readonly provider_name: string;
  readonly name: string;
  readonly tag: string;
  readonly context_length: number | null;
  readonly max_completion_tokens: number | null;
  readonly pricing: Pricing;
  /** 0 is well, -1 worse than its peers, -2 tried again after a rest, -3 resting. */
  readonly status: number;
  /** Percent. */
  readonly uptime_last_5m: number | null;
  readonly uptime_last_30m: number | null;
  readonly uptime_last_1d: number | null;
  readonly latency_last_30m: Percentiles | null;
  readonly throughput_last_30m: Percentiles | null;
};

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) => (await api<{ data: readonly ModelRow[] }>('/api/v1/models', { signal })).data,
  staleTime: 60_000,
});

export const endpointsQuery = (model: string) =>
  queryOptions({
    queryKey: ['models', model, 'endpoints'],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/models/${model.split('/').map(encodeURIComponent).join('/')}/endpoints`;
      return (await api<{ data: { endpoints: readonly Endpoint[] } }>(path, { signal })).data.endpoints;
    },
    refetchInterval: 15_000,
  });

/** USD for a million tokens, from the price of one; null: nobody knows. */
export function perMillion(perToken: string | undefined): Nano | null {
  if (perToken === undefined || perToken.startsWith('-')) return null;
  return nanoOf(`${perToken}e6`);
}
