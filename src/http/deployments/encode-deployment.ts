import { BLOCKED, type DeploymentVerdict, type SettledDeployment } from '../../administration/index.ts';
import {
  type Deployment,
  type JsonFacts,
  maskSecrets,
  type Price,
  type StoredEntry,
  supports,
} from '../../catalog/index.ts';

/** LiteLLM's row of a stored deployment, its secrets masked. */
export function encodeRow({ entry, notices }: SettledDeployment) {
  const { id, facts, secrets } = entry;
  return {
    model_id: id,
    model_name: facts['model_name'],
    litellm_params: { ...objectOf(facts['litellm_params']), ...maskSecrets(secrets) },
    model_info: { ...objectOf(facts['model_info']), id, db_model: true },
    ...stampsOf(entry),
    ...(notices.length === 0 ? {} : { notices }),
  };
}

/** One deployment of a list: of the file, or stored. */
export type ListedDeployment = {
  /** What callers ask for. */
  readonly name: string;
  /** null: nothing is sent there. */
  readonly deployment: Deployment | null;
  /** null: it is the file's. */
  readonly entry: StoredEntry | null;
  readonly verdict: DeploymentVerdict | null;
  /** Where it is defined. */
  readonly at: string | null;
  readonly accessGroups: readonly string[];
};

export type InfoRow = {
  readonly model_name: string;
  readonly litellm_params: JsonFacts;
  readonly model_info: JsonFacts;
};

/** LiteLLM's entry of `/model/info`. Addresses and credentials are for whoever may see them. */
export function encodeInfo(listed: ListedDeployment, seesCredentials: boolean): InfoRow {
  const { name, deployment, entry } = listed;
  const stored = entry === null ? {} : objectOf(entry.facts['litellm_params']);
  const own = { ...stored, ...(entry === null ? {} : maskSecrets(entry.secrets)) };
  const called =
    deployment === null
      ? { model: stored['model'] }
      : { model: `${deployment.provider}/${deployment.upstreamModel}`, custom_llm_provider: deployment.provider };
  return {
    model_name: name,
    litellm_params: seesCredentials ? { ...called, ...operatorsPart(deployment), ...own } : called,
    model_info: infoOf(listed, seesCredentials),
  };
}

function operatorsPart(deployment: Deployment | null): JsonFacts {
  if (deployment === null) return {};
  const { credential, limits, weight, priority } = deployment;
  return {
    litellm_credential_name: credential,
    weight,
    order: priority,
    ...(limits.rpm === null ? {} : { rpm: limits.rpm }),
    ...(limits.tpm === null ? {} : { tpm: limits.tpm }),
    ...(limits.parallel === null ? {} : { max_parallel_requests: limits.parallel }),
  };
}

function infoOf({ deployment, entry, verdict, at, accessGroups }: ListedDeployment, seesAll: boolean): JsonFacts {
  const said = entry === null ? {} : objectOf(entry.facts['model_info']);
  const off = verdict === null || verdict.off === BLOCKED ? null : (verdict.faults[0] ?? verdict.off);
  return {
    ...(deployment === null ? {} : factsOf(deployment)),
    ...(seesAll ? said : {}),
    id: entry?.id ?? deployment?.id ?? null,
    db_model: entry !== null,
    access_groups: accessGroups,
    blocked: said['blocked'] === true,
    ...(seesAll ? { managed_by: entry === null ? 'file' : 'api', defined_at: entry === null ? at : null, off } : {}),
    ...(seesAll && entry !== null ? stampsOf(entry) : {}),
  };
}

/** LiteLLM's names of what can be asked for, and OpenRouter's. */
const ABILITIES: readonly (readonly [theirs: string, parameter: string])[] = [
  ['supports_function_calling', 'tools'],
  ['supports_tool_choice', 'tool_choice'],
  ['supports_response_schema', 'structured_outputs'],
  ['supports_reasoning', 'reasoning'],
];

/** What is known of it. USD per token, as LiteLLM has them. */
export function factsOf(deployment: Deployment): JsonFacts {
  const { provider, contextWindow, maxOutput, features, price, region, team } = deployment;
  return {
    litellm_provider: provider,
    mode: modeOf(deployment),
    max_tokens: maxOutput ?? contextWindow,
    max_input_tokens: contextWindow,
    max_output_tokens: maxOutput,
    ...pricesOf(price),
    ...Object.fromEntries(ABILITIES.map(([theirs, parameter]) => [theirs, supports(features, parameter)])),
    supports_vision: features.inputs?.includes('image') ?? null,
    supports_audio_input: features.inputs?.includes('audio') ?? null,
    supports_pdf_input: features.inputs?.includes('file') ?? null,
    supported_openai_params: features.parameters,
    region,
    ...(team === undefined ? {} : { team_id: team }),
  };
}

export function modeOf({ features, upstreamModel }: Deployment): 'chat' | 'embedding' {
  if (features.outputs !== null) return features.outputs.includes('embedding') ? 'embedding' : 'chat';
  return /embed/i.test(upstreamModel) ? 'embedding' : 'chat';
}

/** null where no price is known: a zero would be taken for one. */
export function pricesOf(price: Price | null): JsonFacts {
  const tier = price?.tiers[0] ?? null;
  const usd = (pico: bigint | undefined): number | null => (pico === undefined ? null : Number(pico) / 1e12);
  return {
    input_cost_per_token: usd(tier?.input),
    output_cost_per_token: usd(tier?.output),
    cache_read_input_token_cost: usd(tier?.cacheRead),
    cache_creation_input_token_cost: usd(tier?.cacheWrite),
    output_cost_per_reasoning_token: usd(tier?.reasoning),
    ...(tier === null || tier.request === 0n ? {} : { input_cost_per_request: usd(tier.request) }),
    price_source: price?.source ?? null,
  };
}

function stampsOf({ createdAtMs, createdBy, updatedAtMs, updatedBy }: StoredEntry) {
  return {
    created_at: new Date(createdAtMs).toISOString(),
    created_by: createdBy,
    updated_at: new Date(updatedAtMs).toISOString(),
    updated_by: updatedBy,
  };
}

export function objectOf(value: unknown): JsonFacts {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
