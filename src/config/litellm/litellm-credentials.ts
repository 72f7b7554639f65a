import type { CredentialConfiguration } from '../configuration.ts';
import { type ConfigurationNode, isMapping, listOf, mappingOf } from '../reading/configuration-node.ts';
import { plainValue } from '../reading/plain-value.ts';
import type { Reading } from '../reading/reading.ts';
import { type AddressPart, withAddressParts } from '../settings/address-options.ts';
import { holdsEntra, holdsIdentity } from '../settings/cloud-identity.ts';
import { authOf, type CredentialBook, needsKey, type ProviderVariables } from '../settings/credential-book.ts';
import type { LitellmTarget } from './litellm-providers.ts';
import type { LitellmSection } from './litellm-section.ts';

/** LiteLLM's names of what only some providers need, and ours. */
const OPTIONS: readonly (readonly [theirs: string, ours: string])[] = [
  ['api_version', 'api_version'],
  ['organization', 'organization'],
  ['aws_access_key_id', 'access_key_id'],
  ['aws_secret_access_key', 'secret_access_key'],
  ['aws_session_token', 'session_token'],
  ['region_name', 'region'],
  ['aws_region_name', 'region'],
  ['aws_role_name', 'role_arn'],
  ['aws_profile_name', 'profile'],
  ['aws_session_name', 'role_session_name'],
  ['aws_external_id', 'external_id'],
  ['vertex_project', 'project'],
  ['vertex_location', 'location'],
  ['tenant_id', 'tenant_id'],
  ['client_id', 'client_id'],
  ['client_secret', 'client_secret'],
];

/** What LiteLLM takes where nothing says it. */
const DEFAULTS: Readonly<Record<string, string>> = { region: 'us-west-2', location: 'us-central1' };
const API_VERSION = 'AZURE_API_VERSION';

/** `credential_list`: values that deployments name by `litellm_credential_name`. */
export function litellmCredentialList(node: ConfigurationNode | undefined): ReadonlyMap<string, ConfigurationNode> {
  const named = new Map<string, ConfigurationNode>();
  for (const item of listOf(node)) {
    const name = mappingOf(item).get('credential_name')?.value;
    const values = mappingOf(item).get('credential_values');
    if (typeof name === 'string' && values !== undefined) named.set(name, values);
  }
  return named;
}

/** LiteLLM has a key with each deployment; here deployments share credentials: one of each provider, address and key. */
export class LitellmCredentials {
  readonly #origin: CredentialConfiguration['origin'];
  readonly #book: CredentialBook;
  readonly #reading: Reading;
  readonly #byContent = new Map<string, string>();

  constructor(book: CredentialBook, reading: Reading, origin: CredentialConfiguration['origin'] = 'file') {
    this.#origin = origin;
    this.#book = book;
    this.#reading = reading;
  }

  /** The name of the credential with what `params` say; else why there is none. */
  nameFor(
    target: LitellmTarget,
    params: LitellmSection,
  ): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: string } {
    const provider = this.#book.provider(target.provider);
    if (provider === null) return { ok: false, reason: `the provider '${target.provider}' is not known here` };
    const apiKey = params.text('api_key');
    const given = this.#options(target, params, provider);
    const isBare = target.baseUrl === null && Object.keys(given).length === 0;
    if (isBare && (apiKey === null || apiKey === this.#book.variableOf(provider)?.key)) {
      const reason = this.#book.require(provider.id);
      return reason === null ? { ok: true, name: provider.id } : { ok: false, reason };
    }
    const baseUrl = target.baseUrl ?? this.#book.baseUrlOf(provider);
    if (provider.needsBaseUrl && baseUrl === null) return { ok: false, reason: `${params.name}.api_base is missing` };
    if (baseUrl !== null && !/^https?:\/\/./.test(baseUrl)) return { ok: false, reason: 'its api_base is not a URL' };
    const { options, missing } = withAddressParts(provider.addressParts ?? [], given, baseUrl, this.#reading);
    if (missing !== null) return { ok: false, reason: missingReason(missing, params.name) };
    const key = apiKey ?? (holdsIdentity(given) ? null : (this.#book.variableOf(provider)?.key ?? null));
    const isEntra = key === null && holdsEntra(given);
    if (key === null && !isEntra && target.baseUrl === null && needsKey(provider))
      return {
        ok: false,
        reason: `${params.name}.api_key is missing, and ${provider.variables.join(' or ')} is not set`,
      };
    return {
      ok: true,
      name: this.#shared(
        provider,
        { baseUrl, apiKey: key, options, auth: isEntra ? 'entra' : authOf(provider, key) },
        params.text('litellm_credential_name'),
      ),
    };
  }

  #shared(
    provider: ProviderVariables,
    content: Pick<CredentialConfiguration, 'baseUrl' | 'apiKey' | 'options' | 'auth'>,
    wanted: string | null,
  ): string {
    const fingerprint = JSON.stringify([
      provider.id,
      content.baseUrl,
      content.apiKey,
      Object.entries(content.options).sort(),
    ]);
    const known = this.#byContent.get(fingerprint);
    if (known !== undefined) return known;
    const name = this.#freeName(wanted?.replace(/[^\w.-]+/g, '-') ?? null, provider.id);
    this.#book.add({ name, provider: provider.id, ...content, headers: {}, origin: this.#origin });
    this.#byContent.set(fingerprint, name);
    return name;
  }

  /** A provider's own name stays free for the credential that needs no entry. */
  #freeName(wanted: string | null, provider: string): string {
    if (wanted !== null && !this.#book.has(wanted) && this.#book.provider(wanted) === null) return wanted;
    let number = 1;
    while (this.#book.has(`${wanted ?? provider}-${number}`)) number++;
    return `${wanted ?? provider}-${number}`;
  }

  #options(
    target: LitellmTarget,
    params: LitellmSection,
    { addressParts = [] }: ProviderVariables,
  ): Readonly<Record<string, string>> {
    const options: Record<string, string> = target.region === null ? {} : { region: target.region };
    for (const [theirs, ours] of OPTIONS) {
      const value = params.entries.has(theirs) ? params.text(theirs) : null;
      if (value !== null) options[ours] = value;
    }
    const account = params.entries.has('vertex_credentials') ? this.#serviceAccount(params) : null;
    if (account !== null) options.service_account = account;
    for (const { option, variables } of addressParts) {
      const isSaid = options[option] !== undefined || variables.some((name) => this.#reading.variable(name) !== null);
      const value = option === 'api_version' ? this.#reading.variable(API_VERSION) : DEFAULTS[option];
      if (!isSaid && value !== null && value !== undefined) options[option] = value;
    }
    return options;
  }

  /** JSON as text, as a mapping, or the path of a file that holds it. */
  #serviceAccount(params: LitellmSection): string | null {
    const node = params.node('vertex_credentials');
    if (node === null) return null;
    if (isMapping(node.value)) return JSON.stringify(plainValue(node));
    const text = String(node.value).trim();
    if (text.startsWith('{')) return text;
    const read = this.#reading.readText(this.#reading.resolvePath(text, this.#reading.cwd));
    if (read.ok) return read.text.trim();
    this.#reading.fault(node.place, `${params.name}.vertex_credentials: cannot read ${text}: ${read.reason}`);
    return null;
  }
}

function missingReason({ option, needed }: AddressPart, params: string): string {
  return `${params}.${needed === 'without-base-url' ? 'api_base' : (theirName(option) ?? option)} is missing`;
}

function theirName(option: string): string | undefined {
  return OPTIONS.findLast(([, ours]) => ours === option)?.[0];
}
