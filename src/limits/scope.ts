import { createHash } from 'node:crypto';

/** Whose money or rate it is. `key_model`: what a key does with one model. */
export type ScopeKind =
  | 'gateway'
  | 'key'
  | 'key_model'
  | 'user'
  | 'team'
  | 'customer'
  | 'tag'
  | 'provider'
  | 'deployment';

export type Scope = {
  readonly kind: ScopeKind;
  /** Empty for the gateway; `key\nmodel` for a key's model. */
  readonly id: string;
};

/** LiteLLM's words for scopes, in its headers and messages. */
export const LITELLM_WORDS: Readonly<Record<ScopeKind, string>> = {
  gateway: 'gateway',
  key: 'api_key',
  key_model: 'model_per_key',
  user: 'user',
  team: 'team',
  customer: 'end_user',
  tag: 'tag',
  provider: 'provider',
  deployment: 'deployment',
};

const LONGEST_ID = 200;
const KEPT_OF_LONG = 150;

/**
 * The scope's name, and the pot of all that it ever spent: `key:a1B2c3`, `key:a1B2c3/model:gpt-4o`, `user:alice`. A
 * window's pot is named `<scope>/<window>`, so an id must not look like both.
 */
export function scopeName({ kind, id }: Scope): string {
  if (kind === 'gateway') return 'gateway';
  if (kind !== 'key_model') return `${kind}:${plain(id)}`;
  const [key = '', model = ''] = id.split('\n');
  return `key:${plain(key)}/model:${plain(model)}`;
}

const NO_PATH = /[%/]/g;
const CONTROL = /\p{Cc}/gu;

/** Ids of users, customers and tags are a caller's own words: of any length, with anything in them. */
function plain(id: string): string {
  // Postgres takes no NUL, and nobody wants to see the others.
  const escaped = id.toWellFormed().replace(NO_PATH, encodeURIComponent).replace(CONTROL, encodeURIComponent);
  if (escaped.length <= LONGEST_ID) return escaped;
  return `${escaped.slice(0, KEPT_OF_LONG)}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
