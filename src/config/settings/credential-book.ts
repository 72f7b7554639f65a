import { nearestNames } from '../../std/index.ts';
import type { CredentialConfiguration } from '../configuration.ts';
import type { Reading } from '../reading/reading.ts';
import { type AddressPart, wantedPart, withAddressParts } from './address-options.ts';

/** What the configuration needs to know of a provider. */
export type ProviderVariables = {
  readonly id: string;
  /** Those that usually hold its key, the first that is set counts. */
  readonly variables: readonly string[];
  /** Its variables are set for other reasons too: it is on only when it is named. */
  readonly ambient: boolean;
  readonly needsBaseUrl: boolean;
  /** Answers without a key too: mostly a server of the operator's own. Default false. */
  readonly keyOptional?: boolean;
  /** Without a key it looks for an identity where its cloud's own SDKs do. */
  readonly findsIdentity?: boolean;
  /** What its addresses are made of. Default none. */
  readonly addressParts?: readonly AddressPart[];
  /** Its calls may be signed by a credential that is searched for. Default false. */
  readonly isCloud?: boolean;
};

export const SANDBOX = 'sandbox';

/** Variables that say where a key is, or are half of one: set, they turn a provider on, but are no key of their own. */
const NO_KEY = /^(?:AWS_(?!BEARER_TOKEN)|GOOGLE_(?:APPLICATION|CLOUD)|GCLOUD_|CLOUDSDK_)/;

/** The credentials of one configuration: those of the file, and those that need no entry. */
export class CredentialBook {
  readonly #providers = new Map<string, ProviderVariables>();
  readonly #credentials = new Map<string, CredentialConfiguration>();
  /** Defined, but so that nothing can be made of it: what refers to it is no fault of its own. */
  readonly #faulty = new Set<string>();
  readonly #reading: Reading;

  constructor(providers: readonly ProviderVariables[], reading: Reading) {
    for (const provider of providers) this.#providers.set(provider.id, provider);
    this.#reading = reading;
  }

  get all(): readonly CredentialConfiguration[] {
    return [...this.#credentials.values()];
  }

  get providers(): readonly ProviderVariables[] {
    return [...this.#providers.values()];
  }

  get hasCloud(): boolean {
    return this.all.some(({ provider }) => this.#providers.get(provider)?.isCloud === true);
  }

  provider(id: string): ProviderVariables | null {
    if (id === SANDBOX) return { id, variables: [], ambient: false, needsBaseUrl: false };
    return this.#providers.get(id) ?? null;
  }

  has(name: string): boolean {
    return this.#credentials.has(name);
  }

  get(name: string): CredentialConfiguration | null {
    return this.#credentials.get(name) ?? null;
  }

  add(credential: CredentialConfiguration): void {
    this.#credentials.set(credential.name, credential);
  }

  addFaulty(name: string): void {
    this.#faulty.add(name);
  }

  /** The variable that is set for the provider, and the key in it, if it is one that holds a key. */
  variableOf(provider: ProviderVariables): { readonly name: string; readonly key: string | null } | null {
    for (const name of provider.variables) {
      const secret = this.#reading.secret(name);
      if (secret !== null) return { name: secret.from, key: NO_KEY.test(name) ? null : secret.value };
    }
    return null;
  }

  /** Makes sure that there is a credential of this name; else says what is wrong, and what would be right. */
  require(name: string): string | null {
    if (this.#credentials.has(name) || this.#faulty.has(name)) return null;
    const provider = this.provider(name);
    return provider === null ? this.#unknown(name) : this.turnOn(provider);
  }

  /** Makes the credential that is named like its provider, with what the environment says. */
  turnOn(provider: ProviderVariables): string | null {
    if (this.#credentials.has(provider.id)) return null;
    const variable = this.variableOf(provider);
    const baseUrl = this.baseUrlOf(provider);
    if (provider.needsBaseUrl && baseUrl === null) {
      return `the provider '${provider.id}' needs a base_url: define a credential for it`;
    }
    const { options, missing } = withAddressParts(provider.addressParts ?? [], {}, baseUrl, this.#reading);
    if (missing !== null) return `the provider '${provider.id}' needs ${wantedPart(missing)}`;
    if (variable === null && needsKey(provider)) {
      return `the provider '${provider.id}' has no key: set ${provider.variables.join(' or ')}, or define a credential for it`;
    }
    const origin = variable === null && baseUrl === null ? 'default' : 'environment';
    this.add({
      ...bareCredential(provider.id),
      baseUrl,
      apiKey: variable?.key ?? null,
      auth: authOf(provider, variable?.key),
      options,
      origin,
    });
    if (variable !== null) this.#reading.notices.push(`${provider.id} is on: ${variable.name} is set`);
    return null;
  }

  /** The address that the environment gives for a provider that has none of its own. */
  baseUrlOf(provider: ProviderVariables): string | null {
    if (!isAtOperators(provider)) return null;
    const stems = [
      provider.id.toUpperCase().replaceAll('-', '_'),
      ...provider.variables.map((name) => name.replace(/_(?:API_)?(?:KEY|TOKEN)$/, '')),
    ];
    for (const stem of stems) {
      for (const ending of ['BASE_URL', 'API_BASE', 'ENDPOINT', 'HOST']) {
        const value = this.#reading.variable(`${stem}_${ending}`);
        if (value !== null && URL.canParse(value)) return value.replace(/\/+$/, '');
      }
    }
    return null;
  }

  #unknown(name: string): string {
    const known = [...this.#credentials.keys(), ...this.#faulty, ...this.#providers.keys()];
    const [nearest] = nearestNames(name, known, 1);
    const hint = nearest === undefined ? 'define it under credentials' : `did you mean '${nearest}'?`;
    return `there is no credential '${name}': ${hint}`;
  }
}

export function bareCredential(provider: string): CredentialConfiguration {
  return {
    name: provider,
    provider,
    baseUrl: null,
    apiKey: null,
    auth: 'none',
    headers: {},
    options: {},
    origin: 'default',
  };
}

/** Whether its address is always the operator's own, so that its usual key is for whatever address is given. */
export function isAtOperators({ needsBaseUrl, addressParts = [] }: ProviderVariables): boolean {
  return needsBaseUrl || addressParts.some(({ needed }) => needed === 'without-base-url');
}

/** Whether nothing goes without a key. */
export function needsKey(provider: ProviderVariables): boolean {
  return provider.keyOptional !== true && provider.findsIdentity !== true && provider.variables.length > 0;
}

export function authOf(provider: ProviderVariables, key: string | null | undefined): 'api-key' | 'none' {
  return typeof key === 'string' || provider.findsIdentity === true ? 'api-key' : 'none';
}
