import { usdFromNano } from '../../std/index.ts';
import { latencyAt, type UsageSum } from '../../telemetry/index.ts';
import type { Reader } from '../management/shown-routing.ts';

/** A sum as the dashboard reads it. What calls cost the operator is the operator's to know. */
export function shownUsage(sum: UsageSum, reader: Reader) {
  const measured = sum.latencies.reduce((total, count) => total + count, 0);
  return {
    spend_usd: usdFromNano(sum.chargeNanoUsd),
    ...(reader === 'operator' ? { cost_usd: usdFromNano(sum.costNanoUsd) } : {}),
    prompt_tokens: sum.inputTokens,
    completion_tokens: sum.outputTokens,
    total_tokens: sum.inputTokens + sum.outputTokens,
    cache_read_tokens: sum.cacheReadTokens,
    cache_creation_tokens: sum.cacheWriteTokens,
    requests: sum.requests,
    successful_requests: sum.successes,
    failed_requests: sum.requests - sum.successes,
    duration_ms_average: averageOf(sum.durationMs, sum.requests),
    first_byte_ms: {
      measured,
      average: averageOf(sum.firstByteMs, measured),
      p50: latencyAt(sum.latencies, 0.5),
      p90: latencyAt(sum.latencies, 0.9),
      p95: latencyAt(sum.latencies, 0.95),
      p99: latencyAt(sum.latencies, 0.99),
    },
  };
}

function averageOf(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round(sum / count);
}

/** LiteLLM's `SpendMetrics`. */
export function spendMetrics(sum: UsageSum) {
  return {
    spend: usdFromNano(sum.chargeNanoUsd),
    prompt_tokens: sum.inputTokens,
    completion_tokens: sum.outputTokens,
    cache_read_input_tokens: sum.cacheReadTokens,
    cache_creation_input_tokens: sum.cacheWriteTokens,
    total_tokens: sum.inputTokens + sum.outputTokens,
    successful_requests: sum.successes,
    failed_requests: sum.requests - sum.successes,
    api_requests: sum.requests,
  };
}
