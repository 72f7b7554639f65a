import { bigintOf, type Row, type SqlValue } from '../../store/index.ts';
import { LATENCY_PLACES } from './latency-bounds.ts';

/** What is summed of calls. Amounts are nanodollars. */
export type UsageSum = {
  requests: number;
  /** Of them, those that were answered in full. */
  successes: number;
  chargeNanoUsd: bigint;
  costNanoUsd: bigint;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  durationMs: number;
  firstByteMs: number;
  /** How many first bytes came within each of the bounds, and beyond the last. */
  readonly latencies: number[];
};

export function noUsageSum(): UsageSum {
  return {
    requests: 0,
    successes: 0,
    chargeNanoUsd: 0n,
    costNanoUsd: 0n,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    durationMs: 0,
    firstByteMs: 0,
    latencies: Array<number>(LATENCY_PLACES).fill(0),
  };
}

export function addUsage(into: UsageSum, more: UsageSum): void {
  into.requests += more.requests;
  into.successes += more.successes;
  into.chargeNanoUsd += more.chargeNanoUsd;
  into.costNanoUsd += more.costNanoUsd;
  into.inputTokens += more.inputTokens;
  into.outputTokens += more.outputTokens;
  into.cacheReadTokens += more.cacheReadTokens;
  into.cacheWriteTokens += more.cacheWriteTokens;
  into.durationMs += more.durationMs;
  into.firstByteMs += more.firstByteMs;
  for (const [place, count] of more.latencies.entries()) into.latencies[place] = (into.latencies[place] ?? 0) + count;
}

const LATENCY_COLUMNS = Array.from({ length: LATENCY_PLACES }, (_, place) => `latency_${place}`);

/** In the order of `usageValues`. */
export const USAGE_COLUMNS: readonly string[] = [
  'requests',
  'successes',
  'charge_nano',
  'cost_nano',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'duration_ms',
  'first_byte_ms',
  ...LATENCY_COLUMNS,
];

export function usageValues(sum: UsageSum): readonly SqlValue[] {
  return [
    sum.requests,
    sum.successes,
    sum.chargeNanoUsd,
    sum.costNanoUsd,
    sum.inputTokens,
    sum.outputTokens,
    sum.cacheReadTokens,
    sum.cacheWriteTokens,
    sum.durationMs,
    sum.firstByteMs,
    ...sum.latencies,
  ];
}

/** Of a row whose columns are sums of ours, by their names. */
export function usageOfRow(row: Row): UsageSum {
  const count = (column: string): number => Number(row[column] ?? 0);
  return {
    requests: count('requests'),
    successes: count('successes'),
    chargeNanoUsd: bigintOf(row['charge_nano']),
    costNanoUsd: bigintOf(row['cost_nano']),
    inputTokens: count('input_tokens'),
    outputTokens: count('output_tokens'),
    cacheReadTokens: count('cache_read_tokens'),
    cacheWriteTokens: count('cache_write_tokens'),
    durationMs: count('duration_ms'),
    firstByteMs: count('first_byte_ms'),
    latencies: LATENCY_COLUMNS.map(count),
  };
}
