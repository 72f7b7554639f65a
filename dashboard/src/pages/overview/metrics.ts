import type { Usage } from '../../api/usage.ts';
import { formatUsd, nanoOf, usdUpTo } from '../../format/money.ts';
import { formatCount, formatDuration, formatShare, formatShort } from '../../format/number.ts';
import { m } from '../../messages/index.ts';

const { details } = m.overview;

/** What the overview can draw, and how it is told. Numbers for drawing; what is read is made by `format`. */
export type Metric = {
  readonly name: string;
  readonly drawn: (usage: Usage) => number;
  readonly format: (drawn: number) => string;
  /** Of the marks beside the chart, up to the largest; as anywhere else where that is not said. */
  readonly mark?: (largest: number) => (drawn: number) => string;
  /** The figure of the whole time. */
  readonly figure: (usage: Usage) => string;
  readonly detail: (usage: Usage) => string;
  /** Sums of groups make the whole: they are stacked. Percentiles are not. */
  readonly isSum: boolean;
};

export type MetricId = keyof typeof m.overview.metrics;

const dollars = (usd: number): string => formatUsd(nanoOf(usd));

export const metrics: Readonly<Record<MetricId, Metric>> = {
  spend: {
    name: m.overview.metrics.spend,
    drawn: ({ spend_usd: usd }) => usd,
    format: dollars,
    mark: (largest) => {
      const mark = usdUpTo(nanoOf(largest));
      return (usd) => mark(nanoOf(usd));
    },
    figure: ({ spend_usd: usd }) => dollars(usd),
    detail: ({ spend_usd: usd, requests }) =>
      details.perCall(requests === 0 ? '–' : formatUsd(nanoOf(usd) / BigInt(requests))),
    isSum: true,
  },
  requests: {
    name: m.overview.metrics.requests,
    drawn: ({ requests }) => requests,
    format: formatCount,
    figure: ({ requests }) => formatCount(requests),
    detail: ({ successful_requests: answered }) => details.answered(formatCount(answered)),
    isSum: true,
  },
  tokens: {
    name: m.overview.metrics.tokens,
    drawn: ({ total_tokens: tokens }) => tokens,
    format: formatShort,
    figure: ({ total_tokens: tokens }) => (tokens < 1_000_000 ? formatCount(tokens) : formatShort(tokens)),
    detail: (usage) => details.tokens(formatShort(usage.prompt_tokens), formatShort(usage.completion_tokens)),
    isSum: true,
  },
  errors: {
    name: m.overview.metrics.errors,
    drawn: ({ failed_requests: failed }) => failed,
    format: formatCount,
    figure: ({ failed_requests: failed }) => formatCount(failed),
    detail: ({ failed_requests: failed, requests }) =>
      details.failed(formatShare(requests === 0 ? 0 : failed / requests)),
    isSum: true,
  },
  cached: {
    name: m.overview.metrics.cached,
    drawn: ({ cache_read_tokens: cached }) => cached,
    format: formatShort,
    figure: ({ cache_read_tokens: cached }) => (cached < 1_000_000 ? formatCount(cached) : formatShort(cached)),
    detail: ({ cache_read_tokens: cached, prompt_tokens: input }) =>
      details.cached(formatShare(input === 0 ? 0 : cached / input)),
    isSum: true,
  },
  latency: {
    name: m.overview.metrics.latency,
    drawn: ({ first_byte_ms: { p50 } }) => p50 ?? 0,
    format: formatDuration,
    figure: ({ first_byte_ms: { p50 } }) => formatDuration(p50),
    detail: ({ first_byte_ms: { p95 } }) => details.slow(formatDuration(p95)),
    isSum: false,
  },
};

export const metricIds = Object.keys(metrics) as MetricId[];
