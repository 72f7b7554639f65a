import { litellmTarget } from '../litellm/litellm-providers.ts';
import type { CredentialBook } from '../settings/credential-book.ts';

type Json = Readonly<Record<string, unknown>>;

const REFERENCE = /^os\.environ\/\s*(.+)$/;

/** Why a value that refers to the environment is not looked up; null: none does. */
export function environmentFault(params: Json, book: CredentialBook): string | null {
  const entries = Object.entries(withoutUsualVariable(params, book));
  const found = entries.find(([, value]) => typeof value === 'string' && REFERENCE.test(value));
  if (found === undefined) return null;
  return `litellm_params.${found[0]}: the environment is for the file to read: send the value, or name a credential of the file by litellm_credential_name`;
}

/**
 * The usual variable of the provider is what holds where no key is given, too: at the provider's own address, it may be
 * written out.
 */
export function withoutUsualVariable(params: Json, book: CredentialBook): Json {
  const { api_key: key, model, custom_llm_provider: custom, ...rest } = params;
  const variable = typeof key === 'string' ? REFERENCE.exec(key)?.[1] : undefined;
  if (variable === undefined || typeof model !== 'string' || 'api_base' in params || 'base_url' in params)
    return params;
  const isKnown = (id: string): boolean => book.provider(id) !== null;
  const target = litellmTarget(model, typeof custom === 'string' ? custom : null, null, isKnown);
  const usual = target === null ? [] : (book.provider(target.provider)?.variables ?? []);
  if (!usual.includes(variable)) return params;
  return { ...rest, model, ...(custom === undefined ? {} : { custom_llm_provider: custom }) };
}
