import { isAlike, litellmReceiver, litellmTarget, providerOf } from '../litellm/litellm-providers.ts';
import type { CredentialBook } from '../settings/credential-book.ts';
import type { StoredCredential } from './stored-models.ts';

type Json = Readonly<Record<string, unknown>>;

const ADDRESSES = ['api_base', 'base_url', 'aws_bedrock_runtime_endpoint'] as const;

/**
 * Why an entry does not go out by the credential that it names; null: it may, or names none. Its secrets are for one
 * provider at one address, and an entry does not take them elsewhere.
 */
export function credentialFaultOf(
  params: Json,
  stored: ReadonlyMap<string, StoredCredential>,
  book: CredentialBook,
): string | null {
  const { litellm_credential_name: name, model, custom_llm_provider: custom } = params;
  if (typeof name !== 'string') return null;
  const credential = stored.get(name);
  if (credential === undefined) return book.get(name) === null ? `there is no credential '${name}'` : null;
  const isKnown = (id: string): boolean => book.provider(id) !== null;
  const own = ADDRESSES.find((address) => params[address] !== undefined && params[address] !== null);
  if (own !== undefined && litellmReceiver(params, isKnown) !== litellmReceiver(credential.values, isKnown))
    return `litellm_params.${own}: the credential '${name}' is for another address: its secrets go to that one only`;
  const meant = credential.provider === null ? null : providerOf(credential.provider.toLowerCase());
  if (meant === null || !isKnown(meant) || typeof model !== 'string') return null;
  const target = litellmTarget(model, typeof custom === 'string' ? custom : null, null, isKnown);
  if (target === null || target.provider === meant || isAlike(target.provider, meant)) return null;
  return `the credential '${name}' is for ${meant}, not for ${target.provider}`;
}
