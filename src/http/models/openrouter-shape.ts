import {
  askedPrice,
  type Deployment,
  type ListedModel,
  type Model,
  type Price,
  type PriceTier,
} from '../../catalog/index.ts';
import { providerRow } from '../../providers/index.ts';
import type { DeploymentStats, Percentiles, Standing } from '../../routing/index.ts';
import { formatPicoUsd } from '../../std/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a price that nobody knows is written as; OpenRouter's word for one that depends. */
const UNKNOWN_PRICE = '-1';

/** USD per token, as text; what a long prompt costs instead stands in `overrides`. */
export function pricingOf(price: Price | null): Json {
  if (price === null) return { prompt: UNKNOWN_PRICE, completion: UNKNOWN_PRICE };
  const [first, ...further] = price.tiers;
  const overrides = further.map((tier) => ({ min_prompt_tokens: tier.fromInputTokens - 1, ...tierPricing(tier) }));
  return { ...tierPricing(first), ...(overrides.length === 0 ? {} : { overrides }) };
}

function tierPricing(tier: PriceTier): Json {
  return {
    prompt: formatPicoUsd(tier.input),
    completion: formatPicoUsd(tier.output),
    request: formatPicoUsd(tier.request),
    input_cache_read: formatPicoUsd(tier.cacheRead),
    input_cache_write: formatPicoUsd(tier.cacheWrite),
    internal_reasoning: formatPicoUsd(tier.reasoning),
    audio: formatPicoUsd(tier.inputAudio),
    audio_output: formatPicoUsd(tier.outputAudio),
  };
}

/** A model as OpenRouter lists it, with the fields of OpenAI's that its clients read as well. */
export function modelRow(
  { id, ownedBy, createdS, contextWindow, maxOutput, price }: ListedModel,
  model: Model | null,
): Json {
  const deployments = model?.deployments ?? [];
  return {
    id,
    object: 'model',
    owned_by: ownedBy,
    canonical_slug: id,
    name: id,
    created: createdS,
    description: '',
    context_length: contextWindow,
    architecture: architectureOf(deployments),
    pricing: pricingOf(price),
    top_provider: { context_length: contextWindow, max_completion_tokens: maxOutput, is_moderated: false },
    per_request_limits: null,
    supported_parameters: parametersOf(deployments),
    default_parameters: null,
    supported_voices: null,
    links: { details: `/api/v1/models/${id}/endpoints` },
  };
}

export function architectureOf(deployments: readonly Deployment[]): Json {
  const inputs = unionOf(
    deployments.map(({ features }) => features.inputs),
    'text',
  );
  const outputs = unionOf(
    deployments.map(({ features }) => features.outputs),
    'text',
  );
  return {
    modality: `${inputs.join('+')}->${outputs.join('+')}`,
    input_modalities: inputs,
    output_modalities: outputs,
    tokenizer: 'Other',
    instruct_type: null,
  };
}

function parametersOf(deployments: readonly Deployment[]): readonly string[] {
  return unionOf(deployments.map(({ features }) => features.parameters));
}

function unionOf(lists: readonly (readonly string[] | null)[], otherwise?: string): readonly string[] {
  const all = [...new Set(lists.flatMap((list) => list ?? []))];
  return all.length > 0 || otherwise === undefined ? all : [otherwise];
}

/** How one of a model's deployments is doing. */
export type EndpointHealth = {
  readonly standing: Standing;
  readonly isOutlier: boolean;
  readonly stats: DeploymentStats;
};

/** `tag` is what `provider.order` and its like call it: of a tier of service, with the tier behind it. */
export function endpointRow(
  model: Model,
  deployment: Deployment,
  { standing, isOutlier, stats }: EndpointHealth,
): Json {
  const { provider, features, tier = null, contextWindow, maxOutput } = deployment;
  const price = askedPrice(deployment);
  const name = providerRow(provider)?.name ?? provider;
  return {
    name: `${name} | ${deployment.upstreamModel}${tier === null ? '' : ` (${tier})`}`,
    model_id: model.name,
    model_name: model.name,
    provider_name: name,
    tag: tagOf(deployment),
    service_tier: tier,
    quantization: features.quantization ?? 'unknown',
    context_length: contextWindow,
    max_completion_tokens: maxOutput,
    max_prompt_tokens: null,
    pricing: pricingOf(price),
    supported_parameters: features.parameters ?? [],
    supports_implicit_caching: price !== null && price.tiers[0].cacheRead < price.tiers[0].input,
    status: isOutlier && standing.state === 'closed' ? OUTLIER : STATUS[standing.state],
    uptime_last_5m: percent(stats.uptime5m),
    uptime_last_30m: percent(stats.uptime30m),
    uptime_last_1d: percent(stats.uptime1d),
    latency_last_30m: rounded(stats.firstByteMs30m),
    throughput_last_30m: rounded(stats.throughput30m),
  };
}

/** 0 is well, less is worse: OpenRouter's numbers. */
const STATUS: Readonly<Record<Standing['state'], number>> = { closed: 0, 'half-open': -2, open: -3 };
const OUTLIER = -1;

function tagOf({ credential, provider, region, tier }: Deployment): string {
  const place = credential === provider && region !== null ? `${provider}/${region}` : credential;
  return tier === undefined ? place : `${place}/${tier}`;
}

function percent(share: number | null): number | null {
  return share === null ? null : round(share * 100);
}

/** Percentiles are estimates to a twentieth: more digits would claim more. */
export function rounded(percentiles: Percentiles | null): Percentiles | null {
  if (percentiles === null) return null;
  const { p50, p75, p90, p99 } = percentiles;
  return { p50: round(p50), p75: round(p75), p90: round(p90), p99: round(p99) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
