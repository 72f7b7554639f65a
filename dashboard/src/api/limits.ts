import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

export type LimitRow = {
  readonly kind: string;
  readonly id: string;
  /** What its limit is for; of a deployment, its model; null: all that it does. */
  readonly model: string | null;
  readonly measure: 'requests' | 'tokens' | 'input_tokens' | 'output_tokens' | 'parallel';
  readonly per: 'minute' | 'hour' | 'day' | null;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Until some of it, and until all of it is free again; null: whenever a call ends. */
  readonly frees_in_ms: number | null;
  readonly empty_in_ms: number | null;
};

export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: async ({ signal }) => (await api<{ limits: readonly LimitRow[] }>('/health/limits', { signal })).limits,
  refetchInterval: 3_000,
});
