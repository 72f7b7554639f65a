import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { usdFromNano } from '../std/index.ts';
import type { ExchangeEvent } from './event.ts';

/** Numbers of this process that are read when somebody looks. */
export type Gauges = {
  readonly inFlight: () => number;
  readonly upstreamSockets: () => number;
  readonly virtualKeys: () => number;
};

export type Metrics = {
  readonly record: (event: ExchangeEvent) => void;
  readonly registry: Registry;
};

const SECONDS = [0.005, 0.02, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/**
 * Prometheus counters over settled exchanges. Names are LiteLLM's where it has one for the same thing. Keys and users
 * are no labels: a million of them would be a million series.
 */
export function openMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ['requested_model', 'provider', 'status_code'] as const;
  const requests = new Counter({
    name: 'litellm_proxy_total_requests_metric',
    help: 'Exchanges by model, provider and status.',
    labelNames,
    registers,
  });
  const failed = new Counter({
    name: 'litellm_proxy_failed_requests_metric',
    help: 'Exchanges that ended without an answer.',
    labelNames: ['requested_model', 'error_code'] as const,
    registers,
  });
  const byModel = ['requested_model', 'provider'] as const;
  const spend = new Counter({ name: 'litellm_spend_metric', help: 'Cost in USD.', labelNames: byModel, registers });
  const input = new Counter({
    name: 'litellm_input_tokens_metric',
    help: 'Input tokens.',
    labelNames: byModel,
    registers,
  });
  const output = new Counter({
    name: 'litellm_output_tokens_metric',
    help: 'Output tokens.',
    labelNames: byModel,
    registers,
  });
  const unpriced = new Counter({
    name: 'waybill_unpriced_requests_total',
    help: 'Answers of models without a price: their cost is unknown, not zero.',
    labelNames: byModel,
    registers,
  });
  const latency = new Histogram({
    name: 'litellm_request_total_latency_metric',
    help: 'Seconds from request to the end of the answer.',
    labelNames: byModel,
    buckets: SECONDS,
    registers,
  });
  const firstByte = new Histogram({
    name: 'litellm_llm_api_time_to_first_token_metric',
    help: 'Seconds from request to the first content.',
    labelNames: byModel,
    buckets: SECONDS,
    registers,
  });
  const attempts = new Counter({
    name: 'litellm_deployment_total_requests',
    help: 'Attempts by deployment and outcome.',
    labelNames: ['model_id', 'provider', 'outcome'] as const,
    registers,
  });
  observe(registry, 'litellm_in_flight_requests', 'Exchanges in flight.', gauges.inFlight);
  observe(registry, 'waybill_upstream_sockets', 'Open connections to upstreams.', gauges.upstreamSockets);
  observe(registry, 'waybill_virtual_keys', 'Virtual keys in memory.', gauges.virtualKeys);

  const models = new Set<string>();
  return {
    registry,
    record: (event) => {
      const model = labelOf(event, models);
      const provider = event.provider ?? 'none';
      requests.inc({ requested_model: model, provider, status_code: String(event.status) });
      if (event.outcome !== 'completed')
        failed.inc({ requested_model: model, error_code: event.errorCode ?? event.outcome });
      for (const attempt of event.attempts)
        attempts.inc({ model_id: attempt.deployment, provider: attempt.provider, outcome: attempt.outcome });
      if (event.deployment === null) return;
      const labels = { requested_model: model, provider };
      spend.inc(labels, usdFromNano(BigInt(event.costNanoUsd)));
      input.inc(labels, event.usage.inputTokens);
      output.inc(labels, event.usage.outputTokens);
      if (!event.priced) unpriced.inc(labels);
      latency.observe(labels, event.durationMs / 1000);
      if (event.firstByteMs !== null) firstByte.observe(labels, event.firstByteMs / 1000);
    },
  };
}

/** Wildcards take any name: past 1,000 of them the rest share one series. A name nobody serves gets none. */
function labelOf(event: ExchangeEvent, models: Set<string>): string {
  if (event.deployment === null || event.requestedModel === null) return 'unknown';
  if (models.size < 1_000) models.add(event.requestedModel);
  return models.has(event.requestedModel) ? event.requestedModel : 'other';
}

function observe(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
