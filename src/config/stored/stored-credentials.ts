import { LitellmCredentials } from '../litellm/litellm-credentials.ts';
import { isAlike, type LitellmTarget } from '../litellm/litellm-providers.ts';
import type { LitellmSection } from '../litellm/litellm-section.ts';
import { isMapping } from '../reading/configuration-node.ts';
import { plainValue } from '../reading/plain-value.ts';
import type { Reading } from '../reading/reading.ts';
import type { CredentialBook } from '../settings/credential-book.ts';

type Named = ReturnType<LitellmCredentials['nameFor']>;

const SECRETS = ['api_key', 'aws_secret_access_key', 'vertex_credentials', 'client_secret'] as const;

/**
 * Credentials of entries that came over the API. What is the machine's or the file's goes out by a credential that the
 * file defines, to the address that the file gives, or not at all: whoever writes entries could read it otherwise, by
 * naming an address of their own.
 */
export function storedCredentials(book: CredentialBook, reading: Reading): Pick<LitellmCredentials, 'nameFor'> {
  const own = new LitellmCredentials(book, reading, 'api');
  return {
    nameFor: (target, params) => {
      const configured = configuredName(target, params, book);
      if (configured !== null) return configured;
      const reason = foreignIdentity(target, params, book);
      return reason === null ? own.nameFor(target, params) : { ok: false, reason };
    },
  };
}

/** null: it names none of the file's. */
function configuredName(target: LitellmTarget, params: LitellmSection, book: CredentialBook): Named | null {
  const name = params.text('litellm_credential_name');
  const credential = name === null ? null : book.get(name);
  if (credential === null || credential.origin === 'api') return null;
  const { provider } = credential;
  if (provider !== target.provider && !isAlike(target.provider, provider))
    return { ok: false, reason: `the credential '${name}' is for ${provider}, not for ${target.provider}` };
  const beside = [...SECRETS, 'api_base', 'base_url'].find((secret) => params.entries.has(secret));
  if (beside !== undefined)
    return { ok: false, reason: `the credential '${name}' is the file's: it stands without ${params.name}.${beside}` };
  return { ok: true, name: credential.name };
}

/** Why it would go out as somebody else than it says; null: it would not. */
function foreignIdentity(target: LitellmTarget, params: LitellmSection, book: CredentialBook): string | null {
  const has = (name: string): boolean => params.entries.has(name) && params.text(name) !== null;
  if (has('aws_profile_name')) return `${params.name}.aws_profile_name is for the file: a profile is the machine's`;
  const account = params.entries.has('vertex_credentials') ? serviceAccountFault(params) : null;
  if (account !== null) return account;
  if (has('tenant_id') && !has('client_secret') && !has('api_key')) return `${params.name}.client_secret is missing`;
  if (book.provider(target.provider)?.findsIdentity !== true) return null;
  const isWhole =
    has('api_key') ||
    (has('aws_access_key_id') && has('aws_secret_access_key')) ||
    params.node('vertex_credentials') !== null;
  const isBare = book.has(target.provider) && ![...params.entries.keys()].some((key) => IDENTITY.test(key));
  if (isWhole || isBare) return null;
  return `${params.name} holds no identity of its own, and the machine's is for credentials of the file: give one, or name such a credential by litellm_credential_name`;
}

/** What makes another account of it than the configured one. */
const IDENTITY = /^(?:aws_|vertex_|api_|base_url$|region_name$|tenant_id$|client_)/;
/** What names no file, no address and no program that the token would be taken from. */
const ACCOUNT_TYPES = new Set(['service_account', 'authorized_user']);
const TOKEN_HOST = /^https:\/\/(?:[a-z0-9-]+\.)*googleapis\.com\//;

function serviceAccountFault(params: LitellmSection): string | null {
  const node = params.node('vertex_credentials');
  if (node === null) return null;
  const name = `${params.name}.vertex_credentials`;
  const document = isMapping(node.value) ? plainValue(node) : parsed(String(node.value));
  if (typeof document !== 'object' || document === null) return `${name}: expected the JSON of a service account`;
  const { type, token_uri: tokenUri } = document as { readonly type?: unknown; readonly token_uri?: unknown };
  if (!ACCOUNT_TYPES.has(String(type)))
    return `${name}: expected the type ${[...ACCOUNT_TYPES].join(' or ')}; others are for the file`;
  return tokenUri === undefined || TOKEN_HOST.test(String(tokenUri)) ? null : `${name}.token_uri is not Google's`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
