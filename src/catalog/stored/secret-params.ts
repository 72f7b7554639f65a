import { maskSecret } from '../../std/index.ts';
import type { JsonFacts } from './stored-entry.ts';

/** Texts that are no secret. Every other text may be one: somebody may have put a key wherever there is room for it. */
const OPEN_TEXTS: ReadonlySet<string> = new Set(
  (
    'model custom_llm_provider api_base base_url api_version organization litellm_credential_name region_name ' +
    'aws_region_name aws_role_name aws_session_name aws_bedrock_runtime_endpoint ' +
    'vertex_project vertex_location tenant_id client_id tag_regex tags budget_duration mock_response timeout ' +
    'stream_timeout rpm tpm itpm otpm weight order max_retries num_retries max_budget max_parallel_requests ' +
    'default_api_key_rpm_limit default_api_key_tpm_limit'
  ).split(' '),
);
/** Prices may come as texts, which is how they stay exact. */
const PRICE = /_cost(?:_per_|$|_)/;
/** `os.environ/NAME` says where a secret is, and none itself; but what follows may be anything. */
const PLAIN_KINDS = new Set(['number', 'boolean']);

/** What of `litellm_params`, or of a credential's values, may be shown, and what may not. */
export function splitSecrets(params: JsonFacts): { readonly open: JsonFacts; readonly secret: JsonFacts } {
  const entries = Object.entries(params).filter(([, value]) => value !== null && value !== undefined);
  return {
    open: Object.fromEntries(entries.filter(([name, value]) => isOpen(name, value))),
    secret: Object.fromEntries(entries.filter(([name, value]) => !isOpen(name, value))),
  };
}

function isOpen(name: string, value: unknown): boolean {
  if (PLAIN_KINDS.has(typeof value) || PRICE.test(name)) return !Array.isArray(value) && typeof value !== 'object';
  if (!OPEN_TEXTS.has(name)) return false;
  return Array.isArray(value) ? value.every((each) => typeof each === 'string') : typeof value === 'string';
}

/** As they are shown: `****last4`, whatever they are made of. */
export function maskSecrets(secrets: JsonFacts): JsonFacts {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, masked(value)]));
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskSecret(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return maskSecret('');
  return Object.fromEntries(Object.keys(value).map((name) => [name, maskSecret('')]));
}
