import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { type Distribution, type ModelTally, SECONDS, type Tallies } from './tallies.ts';

/** Numbers of this process that are read when somebody looks. */
export type Gauges = {
  readonly inFlight: () => number;
  readonly upstreamSockets: () => number;
  readonly virtualKeys: () => number;
  /** How each deployment is doing, by all processes: the more of them, the more series. */
  readonly deployments: () => readonly DeploymentGauge[];
};

export type DeploymentGauge = {
  readonly labels: { readonly model_id: string; readonly litellm_model_name: string; readonly api_provider: string };
  /** LiteLLM's: 0 is well, 1 is doubtful, 2 rests. */
  readonly state: 0 | 1 | 2;
  readonly uptimes: Readonly<Record<'5m' | '30m' | '1d', number | null>>;
};

const MAX_DEPLOYMENTS = 500;

type Value = MetricValue<string> & { readonly metricName?: string };
type Kind = 'counter' | 'gauge' | 'histogram';

type Declare = (
  kind: Kind,
  name: string,
  help: string,
  values: () => readonly Value[],
  /** Of several processes. */
  aggregator?: 'sum' | 'max' | 'min',
) => void;

const NANO_PER_USD = 1e9;

/**
 * Prometheus' registry over the tallies, made when the first scrape comes. Names are LiteLLM's where it has one for
 * the same thing.
 */
export async function openRegistry(tallies: Tallies, gauges: Gauges): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const declare: Declare = (kind, name, help, values, aggregator = 'sum') => {
    const get = async (): Promise<MetricObjectWithValues<Value>> =>
      ({
        name,
        help,
        type: kind,
        aggregator,
        values: [...values()],
      }) as unknown as MetricObjectWithValues<Value>;
    // A registry asks a metric for its name and its values, no more: what is counted elsewhere needs no copy in it.
    registry.registerMetric({ name, help, type: kind, aggregator, get, reset: () => undefined } as never);
  };
  const perModel = (name: string, help: string, count: (tally: ModelTally) => number): void =>
    declare('counter', name, help, () =>
      Array.from(tallies.models(), (tally) => ({ labels: labelsOf(tally), value: count(tally) })),
    );

  declare('counter', 'litellm_proxy_total_requests_metric', 'Exchanges by model, provider and status.', () =>
    spread(tallies, ({ byStatus }) => byStatus, 'status_code'),
  );
  declare('counter', 'litellm_proxy_failed_requests_metric', 'Exchanges that ended without an answer.', () =>
    spread(tallies, ({ byError }) => byError, 'error_code'),
  );
  perModel('litellm_spend_metric', 'Cost in USD.', ({ costNanoUsd }) => costNanoUsd / NANO_PER_USD);
  perModel('litellm_input_tokens_metric', 'Input tokens.', ({ inputTokens }) => inputTokens);
  perModel('litellm_output_tokens_metric', 'Output tokens.', ({ outputTokens }) => outputTokens);
  perModel(
    'waybill_unpriced_requests_total',
    'Answers of models without a price: their cost is unknown, not zero.',
    ({ unpriced }) => unpriced,
  );
  declare('histogram', 'litellm_request_total_latency_metric', 'Seconds from request to the end of the answer.', () =>
    distributions('litellm_request_total_latency_metric', tallies, ({ latency }) => latency),
  );
  declare('histogram', 'litellm_llm_api_time_to_first_token_metric', 'Seconds from request to the first content.', () =>
    distributions('litellm_llm_api_time_to_first_token_metric', tallies, ({ firstByte }) => firstByte),
  );
  declare('counter', 'litellm_deployment_total_requests', 'Attempts by deployment and outcome.', () =>
    Array.from(tallies.attempts(), ({ deployment, provider, outcome, count }) => ({
      labels: { model_id: deployment, provider, outcome },
      value: count,
    })),
  );
  declare('counter', 'waybill_budget_events_total', 'Budgets that reached what is told once in a window.', () =>
    Array.from(tallies.budgets(), ({ scope, reached, count }) => ({ labels: { scope, reached }, value: count })),
  );
  declare('gauge', 'litellm_in_flight_requests', 'Exchanges in flight.', () => [
    { labels: {}, value: gauges.inFlight() },
  ]);
  declare('gauge', 'waybill_upstream_sockets', 'Open connections to upstreams.', () => [
    { labels: {}, value: gauges.upstreamSockets() },
  ]);
  // Every worker holds all of them.
  const keys = (): readonly Value[] => [{ labels: {}, value: gauges.virtualKeys() }];
  declare('gauge', 'waybill_virtual_keys', 'Virtual keys in memory.', keys, 'max');
  declareDeployments(declare, gauges.deployments);
  return registry;
}

function declareDeployments(declare: Declare, all: Gauges['deployments']): void {
  const deployments = (): readonly DeploymentGauge[] => all().slice(0, MAX_DEPLOYMENTS);
  const states = (): readonly Value[] => deployments().map(({ labels, state }) => ({ labels, value: state }));
  declare('gauge', 'litellm_deployment_state', '0: is called; 1: is tried out; 2: rests.', states, 'max');
  const uptimes = (): readonly Value[] =>
    deployments().flatMap(({ labels, uptimes: shares }) =>
      Object.entries(shares).flatMap(([window, value]) =>
        value === null ? [] : [{ labels: { ...labels, window }, value }],
      ),
    );
  declare('gauge', 'waybill_deployment_uptime_ratio', 'Share of attempts that answered.', uptimes, 'min');
}

function labelsOf({ model, provider }: ModelTally): { readonly requested_model: string; readonly provider: string } {
  return { requested_model: model, provider };
}

function spread<Name extends string | number>(
  tallies: Tallies,
  counts: (tally: ModelTally) => ReadonlyMap<Name, number>,
  label: string,
): readonly Value[] {
  return Array.from(tallies.models()).flatMap((tally) =>
    Array.from(counts(tally), ([name, value]) => ({ labels: { ...labelsOf(tally), [label]: String(name) }, value })),
  );
}

function distributions(name: string, tallies: Tallies, pick: (tally: ModelTally) => Distribution): readonly Value[] {
  return Array.from(tallies.models()).flatMap((tally) => {
    const { buckets, sum } = pick(tally);
    const labels = labelsOf(tally);
    let count = 0;
    const below = [...SECONDS, '+Inf'].map((le, index): Value => {
      count += buckets[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...below,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  });
}
