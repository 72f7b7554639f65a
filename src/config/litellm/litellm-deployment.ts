import { parseLinearPattern } from '../../std/index.ts';
import type { AllowanceConfiguration } from '../allowance-configuration.ts';
import type { DeploymentConfiguration, Timeouts } from '../configuration.ts';
import { given } from '../draft.ts';
import {
  type ConfigurationNode,
  formatPlace,
  isList,
  isMapping,
  mappingOf,
  type Place,
  withValue,
} from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import { type CredentialBook, SANDBOX } from '../settings/credential-book.ts';
import { deploymentAllowance, keyAllowanceAt } from './litellm-allowances.ts';
import type { LitellmCredentials } from './litellm-credentials.ts';
import { litellmFacts } from './litellm-facts.ts';
import { CANNED, mockedModel } from './litellm-mock.ts';
import { isPriceKey, litellmPrice, litellmTierPrices } from './litellm-prices.ts';
import { litellmTarget } from './litellm-providers.ts';
import { boundedRetries } from './litellm-retries.ts';
import { LitellmSection } from './litellm-section.ts';
import { reportUnsupported, switchedOff, type Unsupported } from './litellm-unsupported.ts';

export type LitellmDeployment = DeploymentConfiguration & {
  /** What shares are drawn by, where they are: the first of these that the group gives. */
  readonly shares: { readonly weight: number | null; readonly rpm: number | null; readonly tpm: number | null };
  readonly hidden: boolean;
  readonly accessGroups: readonly string[];
  readonly allowance: AllowanceConfiguration;
  /** For each key that has none of its own for the model. */
  readonly keyAllowance: AllowanceConfiguration;
};

export type LitellmContext = Unsupported & {
  readonly book: CredentialBook;
  readonly credentials: Pick<LitellmCredentials, 'nameFor'>;
  readonly credentialList: ReadonlyMap<string, ConfigurationNode>;
  /** Whether `rpm` and `tpm` are limits and not shares. */
  readonly ratesAreLimits: boolean;
  readonly defaultParallel: number | null;
  /** What an entry's `litellm_params` say where it does not say it itself. */
  readonly defaultParams: ConfigurationNode | null;
  /** Nobody is called: answers are made up. */
  readonly networkMock: boolean;
};

/** One entry of `model_list`; null, with a notice: it is off. */
export function litellmDeployment(
  model: string,
  entry: ConfigurationNode,
  index: number,
  context: LitellmContext,
): LitellmDeployment | null {
  const { reading } = context;
  const fields = mappingOf(entry);
  const name = `model_list[${index}]`;
  const off = (reason: string): null => {
    reading.notices.push(switchedOff(model, entry.place, reason));
    return null;
  };
  const paramsNode = withDefaults(withCredentialValues(fields.get('litellm_params'), context.credentialList), context);
  const unset = paramsNode === null ? null : unsetVariable(paramsNode);
  if (paramsNode === null) return off('it has no litellm_params');
  if (unset !== null) return off(`${unset} is not set`);
  const params = new LitellmSection(`${name}.litellm_params`, paramsNode, reading);
  const info = new LitellmSection(`${name}.model_info`, fields.get('model_info'), reading);
  const known = new Map([...params.entries].filter(([key]) => !isPriceKey(key)));
  reportUnsupported('litellm_params', params.name, known, context);
  if (info.flag('blocked') === true) return off('model_info.blocked');
  if (!isForHere(info, reading.variable('LITELLM_ENVIRONMENT'))) return off('it is for another environment');
  const mocked = mockedModel(params) ?? (context.networkMock ? CANNED : null);
  if (mocked !== null) {
    const reason = context.book.require(SANDBOX);
    if (reason !== null) return off(reason);
    const said = facts(params, info, entry.place, context);
    return { credential: SANDBOX, upstreamModel: mocked, ...said, price: said.price ?? 'free' };
  }
  const upstream = params.text('model');
  if (upstream === null) return off('litellm_params.model is missing');
  const isKnown = (id: string) => context.book.provider(id) !== null;
  const target = litellmTarget(
    upstream,
    params.text('custom_llm_provider'),
    params.text('api_base') ?? params.text('base_url') ?? params.text('aws_bedrock_runtime_endpoint'),
    isKnown,
  );
  if (target === null || target.upstreamModel === '' || (target.upstreamModel === '*' && !upstream.includes('/')))
    return off(`'${upstream}' names no provider`);
  if (target.upstreamModel.split('*').length > 2) return off(`'${upstream}' holds more than one *`);
  if (target.upstreamModel.includes('*') && !model.includes('*'))
    return off(`'${upstream}' holds a * and its model_name does not`);
  const credential = context.credentials.nameFor(target, params);
  if (!credential.ok) return off(credential.reason);
  return {
    credential: credential.name,
    upstreamModel: target.upstreamModel,
    ...(target.kin === target.provider ? {} : { limitedAs: { provider: target.kin } }),
    ...facts(params, info, entry.place, context),
  };
}

function facts(
  params: LitellmSection,
  info: LitellmSection,
  place: Place,
  context: LitellmContext,
): Omit<LitellmDeployment, 'credential' | 'upstreamModel' | 'limitedAs'> {
  const rpm = params.count('rpm', 1) ?? info.count('rpm', 1);
  const tpm = params.count('tpm', 1) ?? info.count('tpm', 1);
  const parallel = params.count('max_parallel_requests', 1) ?? context.defaultParallel;
  const facts = litellmFacts(params, info);
  const rates = context.ratesAreLimits ? { rpm, tpm } : { rpm: null, tpm: null };
  return {
    baseModel: info.text('base_model'),
    priority: Math.max(1, params.count('order') ?? 1),
    weight: 1,
    ...teamIn(info),
    ...given({ retries: boundedRetries(params.count('num_retries') ?? params.count('max_retries')) }),
    shares: { weight: readWeight(params), rpm, tpm },
    hidden: info.flag('discoverable') === false,
    accessGroups: textsOf(info.node('access_groups')),
    allowance: deploymentAllowance(params, context.reading),
    keyAllowance: keyAllowanceAt(params),
    limits: { ...rates, parallel },
    price: litellmPrice([params, info], context.reading),
    ...litellmTierPrices([params, info]),
    ...tagPatternsIn(params, context.reading),
    contextWindow: info.count('max_input_tokens', 1),
    maxOutput: info.count('max_output_tokens', 1) ?? info.count('max_tokens', 1),
    timeouts: litellmTimeouts(params.milliseconds('timeout'), params.milliseconds('stream_timeout')),
    headers: { ...headersOf(params, 'headers'), ...headersOf(params, 'extra_headers') },
    ...(facts === null ? {} : { facts }),
    id: info.text('id'),
    at: formatPlace(place),
  };
}

/**
 * LiteLLM hands its timeout to the HTTP client, where it bounds each read: the first byte and the pauses, not the whole
 * of a long stream. `stream_timeout` is that of streams alone.
 */
export function litellmTimeouts(timeoutMs: number | null, streamTimeoutMs: number | null): Partial<Timeouts> {
  return given({ firstByteMs: timeoutMs, streamFirstByteMs: streamTimeoutMs, idleMs: streamTimeoutMs ?? timeoutMs });
}

function tagPatternsIn(params: LitellmSection, reading: Reading): Pick<LitellmDeployment, 'tagPatterns'> {
  const node = params.node('tag_regex');
  const items = node === null ? [] : isList(node.value) ? node.value : [node];
  for (const { value, place } of items) {
    const parsed = parseLinearPattern(String(value));
    if (!parsed.ok) reading.fault(place, `${params.name}.tag_regex: expected a regular expression: ${parsed.reason}`);
  }
  return items.length === 0 ? {} : { tagPatterns: items.map(({ value }) => String(value)) };
}

function teamIn(info: LitellmSection): Pick<LitellmDeployment, 'team'> {
  const team = info.text('team_id');
  return team === null ? {} : { team };
}

function readWeight(params: LitellmSection): number | null {
  const text = params.decimal('weight', 0);
  return text === null ? null : Number(text);
}

function textsOf(node: ConfigurationNode | null): readonly string[] {
  if (node === null || !isList(node.value)) return [];
  return node.value.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
}

function headersOf(params: LitellmSection, key: string): Readonly<Record<string, string>> {
  const headers = [...mappingOf(params.node(key))].filter(([, node]) => !isMapping(node.value) && !isList(node.value));
  return Object.fromEntries(headers.map(([name, node]) => [name, String(node.value)]));
}

/** The values of `litellm_credential_name` under those that the deployment gives itself. */
function withCredentialValues(
  node: ConfigurationNode | undefined,
  list: ReadonlyMap<string, ConfigurationNode>,
): ConfigurationNode | null {
  if (node === undefined || !isMapping(node.value)) return null;
  const name = node.value.get('litellm_credential_name')?.value;
  const values = typeof name === 'string' ? list.get(name) : undefined;
  return values === undefined ? node : withValue(node, new Map([...mappingOf(values), ...node.value]));
}

function withDefaults(node: ConfigurationNode | null, { defaultParams }: LitellmContext): ConfigurationNode | null {
  if (node === null || !isMapping(node.value) || defaultParams === null) return node;
  return withValue(node, new Map([...mappingOf(defaultParams), ...node.value]));
}

function unsetVariable(node: ConfigurationNode): string | null {
  if (node.reference?.unset === true) return node.reference.name;
  const children = isMapping(node.value) ? [...node.value.values()] : isList(node.value) ? node.value : [];
  for (const child of children) {
    const name = unsetVariable(child);
    if (name !== null) return name;
  }
  return null;
}

function isForHere(info: LitellmSection, environment: string | null): boolean {
  const node = info.node('supported_environments');
  if (node === null || !isList(node.value) || node.value.length === 0) return true;
  return node.value.some((item) => item.value === environment);
}
