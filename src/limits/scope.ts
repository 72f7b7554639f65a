import { createHash } from 'node:crypto';

/**
 * Whose money or rate it is. `member`: what one user does in one team; `organization_member`: in one organization.
 */
export type ScopeKind =
  | 'gateway'
  | 'key'
  | 'user'
  | 'member'
  | 'team'
  | 'project'
  | 'organization_member'
  | 'organization'
  | 'customer'
  | 'tag'
  | 'provider'
  | 'deployment';

export type Scope = {
  readonly kind: ScopeKind;
  /** Empty for the gateway; `team\nuser` for a member. */
  readonly id: string;
  /** What of it is meant: all that it does, or what it does with one model. */
  readonly model: string | null;
};

/** LiteLLM's words for scopes, in its headers and messages. */
const LITELLM_WORDS: Readonly<Record<ScopeKind, string>> = {
  gateway: 'gateway',
  key: 'api_key',
  user: 'user',
  member: 'team_member',
  team: 'team',
  project: 'project',
  organization_member: 'organization_member',
  organization: 'organization',
  customer: 'end_user',
  tag: 'tag',
  provider: 'provider',
  deployment: 'deployment',
};

export function litellmWord({ kind, model }: Scope): string {
  if (model === null) return LITELLM_WORDS[kind];
  return `model_per_${kind === 'key' ? 'key' : LITELLM_WORDS[kind]}`;
}

const LONGEST_ID = 200;
const KEPT_OF_LONG = 150;

/**
 * The scope's name, and the pot of all that it ever spent: `key:a1B2c3`, `key:a1B2c3/model:gpt-4o`, `user:alice`,
 * `member:payments,alice`. A window's pot is named `<scope>/<window>`, so an id must not look like both.
 */
export function scopeName({ kind, id, model }: Scope): string {
  if (kind === 'gateway') return 'gateway';
  const name = `${kind}:${id.split('\n').map(plain).join(',')}`;
  return model === null ? name : `${name}/model:${plain(model)}`;
}

/** The id of a scope by its name; that of a long one cannot be told, and is another. */
export function idInScopeName(name: string): string {
  const id = name.slice(name.indexOf(':') + 1);
  return LONG.test(id) ? id : decodeURIComponent(id);
}

const LONG = /^.{150,}~[0-9a-f]{32}$/s;
const NO_PATH = /[%/,]/g;
const CONTROL = /\p{Cc}/gu;

/** Ids of users, customers and tags are a caller's own words: of any length, with anything in them. */
function plain(id: string): string {
  // Postgres takes no NUL, and nobody wants to see the others.
  const escaped = id.toWellFormed().replace(NO_PATH, encodeURIComponent).replace(CONTROL, encodeURIComponent);
  if (escaped.length <= LONGEST_ID) return escaped;
  return `${escaped.slice(0, KEPT_OF_LONG)}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
