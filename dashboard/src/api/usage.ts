import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Bucket, Span } from '../time-range/time-range.ts';
import { api } from './client.ts';

export const dimensions = ['model', 'key', 'team', 'user', 'provider'] as const;
export type Dimension = (typeof dimensions)[number];

/** What is measured of calls, summed. */
export type Usage = {
  readonly spend_usd: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cache_read_tokens: number;
  readonly requests: number;
  readonly successful_requests: number;
  readonly failed_requests: number;
  readonly first_byte_ms: {
    readonly measured: number;
    readonly average: number | null;
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
  };
};

/** `start`: a day as its date on the asked clock, an hour as its moment. */
export type UsagePoint = Usage & { readonly start: string };
export type UsageTotals = Usage & { readonly errors: Readonly<Record<string, number>> };

export type UsageGroup = {
  readonly name: string;
  readonly alias: string | null;
  readonly totals: UsageTotals;
  readonly series: readonly UsagePoint[];
};

export type UsageReport = {
  readonly bucket: Bucket;
  readonly totals: UsageTotals;
  readonly series: readonly UsagePoint[];
  readonly groups: readonly UsageGroup[];
  readonly has_more: boolean;
};

type Asked = {
  readonly span: Span;
  readonly by: Dimension | 'none';
  readonly limit?: number;
  readonly filter?: Readonly<Record<string, string>>;
};

/** As many groups as one report names. */
export const MOST_GROUPS = 1_000;

export const usageQuery = ({ span, by, limit = 25, filter = {} }: Asked) =>
  queryOptions({
    queryKey: ['usage', span, by, limit, filter],
    queryFn: ({ signal }) =>
      api<UsageReport>('/reports/usage', {
        query: {
          from: span.fromMs,
          to: span.toMs,
          by,
          bucket: span.bucket,
          limit,
          timezone: new Date(span.toMs).getTimezoneOffset(),
          ...filter,
        },
        signal,
      }),
    // What stood there is read until the new is there: the page does not jump.
    placeholderData: keepPreviousData,
  });
