/**
 * Who may do what, the whole of it: each action with how far it goes for each role; whoever is not named may not. Tests
 * and docs/roles.md are made from this table, so that a new action is one line here.
 */

export const roles = [
  'proxy_admin',
  'proxy_admin_viewer',
  'org_admin',
  'team_admin',
  'internal_user',
  'internal_user_viewer',
  'service_key',
  'management_key',
  'scim_key',
] as const;

/**
 * What somebody is for one decision. The four of users are theirs everywhere; `org_admin` and `team_admin` are what a
 * user is in an organization or a team besides. A `service_key` is in nobody's name; the key of a directory, `scim_key`,
 * neither, nor in that of a team or an organization.
 */
export type Role = (typeof roles)[number];

/**
 * `organization`, `team`: what belongs to one that the caller administers. `member`: what belongs to a team that it is
 * in. `self`: what is the user's own, or the key itself.
 */
export type Scope = 'everything' | 'organization' | 'team' | 'member' | 'self';

export type Row = { readonly [Named in Role]?: Scope | undefined };

const OPERATOR = { proxy_admin: 'everything' } as const;
const OVERSEERS = { proxy_admin: 'everything', proxy_admin_viewer: 'everything' } as const;
const IN_ORGANIZATION = { ...OPERATOR, org_admin: 'organization' } as const;
const IN_TEAM = { ...IN_ORGANIZATION, team_admin: 'team' } as const;
/** What of it, the caller's models and its key decide. */
const CALLERS = {
  ...OVERSEERS,
  org_admin: 'everything',
  team_admin: 'everything',
  internal_user: 'everything',
  internal_user_viewer: 'everything',
  service_key: 'everything',
} as const;
const SELVES = {
  internal_user: 'self',
  internal_user_viewer: 'self',
  service_key: 'self',
  management_key: 'self',
} as const;
const OWN_RECORDS = { ...OVERSEERS, org_admin: 'organization', team_admin: 'team', ...SELVES } as const;
const OF_KEYS = { ...IN_TEAM, internal_user: 'self' } as const;
const OF_TEAM = {
  ...OVERSEERS,
  org_admin: 'organization',
  team_admin: 'team',
  internal_user: 'member',
  internal_user_viewer: 'member',
} as const;

export const matrix = {
  'model.call': CALLERS,
  'model.list': { ...CALLERS, management_key: 'everything' },
  'token.count': CALLERS,
  'call.explain': CALLERS,

  'key.create': OF_KEYS,
  /** One that is a team's and no user's. */
  'key.create_service': IN_TEAM,
  'key.list': { ...OWN_RECORDS, service_key: undefined, management_key: undefined },
  'key.read': OWN_RECORDS,
  'key.change': OF_KEYS,
  'key.delete': OF_KEYS,
  'key.rotate': OF_KEYS,
  'key.block': IN_TEAM,
  'key.unblock': IN_TEAM,
  /** Allowances that its holder may not give itself: routes, shared budgets, what it belongs to. */
  'key.allow': OPERATOR,
  /** OpenRouter's doors; whose keys, the house of the caller decides. */
  'key.provision': { ...OPERATOR, management_key: 'everything' },

  'team.create': IN_ORGANIZATION,
  'team.list': OF_TEAM,
  'team.read': OF_TEAM,
  'team.change': IN_TEAM,
  'team.delete': IN_ORGANIZATION,
  'team.block': IN_ORGANIZATION,
  /** What a team may use is said above it. */
  'team.allow': IN_ORGANIZATION,
  'member.change': IN_TEAM,

  'organization.create': OPERATOR,
  'organization.list': { ...OVERSEERS, org_admin: 'organization' },
  'organization.read': { ...OVERSEERS, org_admin: 'organization' },
  'organization.change': OPERATOR,
  'organization.delete': OPERATOR,
  'organization_member.change': IN_ORGANIZATION,

  'project.create': IN_TEAM,
  'project.list': OF_TEAM,
  'project.read': OF_TEAM,
  'project.change': IN_TEAM,
  'project.delete': IN_TEAM,
  'project.block': IN_TEAM,

  'user.create': IN_ORGANIZATION,
  'user.list': { ...OVERSEERS, org_admin: 'organization' },
  'user.read': { ...OVERSEERS, org_admin: 'organization', ...SELVES },
  'user.change': IN_ORGANIZATION,
  'user.delete': OPERATOR,
  'user.block': IN_ORGANIZATION,

  'customer.create': OPERATOR,
  'customer.list': OVERSEERS,
  'customer.read': OVERSEERS,
  'customer.change': OPERATOR,
  'customer.delete': OPERATOR,

  'budget.create': OPERATOR,
  'budget.list': OVERSEERS,
  'budget.read': OVERSEERS,
  'budget.change': OPERATOR,
  'budget.delete': OPERATOR,

  'tag.create': OPERATOR,
  'tag.list': OVERSEERS,
  'tag.read': OVERSEERS,
  'tag.change': OPERATOR,
  'tag.delete': OPERATOR,

  'credits.read': { ...OVERSEERS, org_admin: 'organization', ...SELVES },
  'credits.list': { ...OVERSEERS, org_admin: 'organization' },
  'credits.change': OPERATOR,

  'model.create': OPERATOR,
  'model.read': OVERSEERS,
  'model.change': OPERATOR,
  'model.delete': OPERATOR,

  'credential.create': OPERATOR,
  'credential.list': OVERSEERS,
  'credential.read': OVERSEERS,
  'credential.change': OPERATOR,
  'credential.delete': OPERATOR,

  'access_group.create': OPERATOR,
  'access_group.list': OVERSEERS,
  'access_group.read': OVERSEERS,
  'access_group.change': OPERATOR,
  'access_group.delete': OPERATOR,

  'settings.read': OVERSEERS,

  'administrator.invite': OPERATOR,
  'invitation.create': IN_TEAM,
  'invitation.read': { ...OVERSEERS, org_admin: 'organization', team_admin: 'team' },
  'invitation.change': IN_TEAM,
  'invitation.delete': IN_TEAM,

  'session.list': OVERSEERS,
  'session.delete': OPERATOR,
  'lockout.list': OVERSEERS,
  'lockout.delete': OPERATOR,

  'limit.list': OVERSEERS,

  'overlay.list': OVERSEERS,
  'overlay.change': OPERATOR,

  'scim.read': { ...OPERATOR, scim_key: 'everything' },
  'scim.change': { ...OPERATOR, scim_key: 'everything' },

  'audit.read': OVERSEERS,
  'ledger.read': OVERSEERS,
  'ledger.verify': OPERATOR,
  'spend.read': OWN_RECORDS,
  'generation.read': OWN_RECORDS,
  /** What calls said, where it is kept; of others only what `prompts_readers` lets. */
  'content.read': { ...OPERATOR, proxy_admin_viewer: 'self', org_admin: 'organization', team_admin: 'team', ...SELVES },
  'conversation.read': { proxy_admin: 'self', proxy_admin_viewer: 'self', ...SELVES },
  'conversation.delete': { proxy_admin: 'self', proxy_admin_viewer: 'self', ...SELVES },

  'health.details': OVERSEERS,
  'metrics.read': OVERSEERS,
} as const satisfies Readonly<Record<string, Row>>;

/** LiteLLM's routes of keys that a team may let its members take, by what they do to any key of the team's. */
export const memberPermissions: Readonly<Record<string, readonly Action[]>> = {
  '/key/delete': ['key.delete'],
  '/key/info': ['key.read'],
  '/key/list': ['key.list'],
  '/key/block': ['key.block'],
  '/key/unblock': ['key.unblock'],
};

/** The same by what they do to the members' own keys in the team: whoever makes or changes one may call with it. */
export const ownPermissions: Readonly<Record<string, readonly Action[]>> = {
  '/key/generate': ['key.create'],
  '/key/update': ['key.change'],
  '/key/regenerate': ['key.rotate'],
};

type Action = keyof typeof matrix;
