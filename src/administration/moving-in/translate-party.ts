import { type MovedParty, memberId, type PartySettings, type PartyTerms } from '../../access/index.ts';
import { instantIn, isSaid, type LitellmRow, mappingIn, type Say, textIn, textsIn } from './litellm-row.ts';
import { storedTermsOf, termsIn } from './litellm-terms.ts';
import { metadataIn, sayUnsupported } from './litellm-unsupported.ts';
import type { Loss, MovedPartyKind, MovedPartyRow } from './moved.ts';
import { spentThere } from './spent-there.ts';

/** What the reader of a page knows besides its rows. */
export type Knowing = {
  /** Models of LiteLLM's access groups, by the group's id. */
  readonly accessGroups: ReadonlyMap<string, readonly string[]>;
  readonly nowMs: number;
};

type Facts = Partial<MovedParty> & { readonly id: string };
type Translate = (row: LitellmRow, own: PartyTerms, say: Say, knowing: Knowing) => Facts;

/** Printable, as every id of a party: a member's is made of two of them. */
const ID = /^[^\p{Cc}]{1,255}$/u;

const ROLES: ReadonlySet<string> = new Set([
  'proxy_admin',
  'proxy_admin_viewer',
  'org_admin',
  'internal_user',
  'internal_user_viewer',
]);

/** On which LiteLLM counts what all of it spends. */
export const GATEWAY_BUDGET_USER = 'litellm-proxy-budget';

const TRANSLATIONS: Readonly<Record<MovedPartyKind, Translate>> = {
  budget: (row) => ({ id: textIn(row, 'budget_id') ?? '' }),
  organization: (row) => ({
    ...shared(row),
    id: textIn(row, 'organization_id') ?? '',
    alias: textIn(row, 'organization_alias'),
  }),
  project: (row) => ({
    ...shared(row),
    id: textIn(row, 'project_id') ?? '',
    alias: textIn(row, 'project_alias'),
    teamId: textIn(row, 'team_id'),
  }),
  user: (row, _, say) => ({
    id: textIn(row, 'user_id') ?? '',
    alias: textIn(row, 'user_alias'),
    email: emailIn(row, say),
    role: roleIn(row, 'internal_user', say),
    settings: { ssoUserId: textIn(row, 'sso_user_id') ?? undefined },
  }),
  team: (row, _, say) => ({
    id: textIn(row, 'team_id') ?? '',
    alias: textIn(row, 'team_alias'),
    organizationId: textIn(row, 'organization_id'),
    aliases: textsOnly(mappingIn(row, 'model_aliases')),
    settings: teamSettings(row, say),
  }),
  member: (row) => ({
    ...shared(row),
    id: memberId(textIn(row, 'team_id') ?? '', textIn(row, 'user_id') ?? ''),
    teamId: textIn(row, 'team_id'),
    userId: textIn(row, 'user_id'),
    role: textIn(row, 'role') === 'admin' ? 'admin' : 'user',
    // The team's own default holds for whoever has nothing else.
    budgetId: textIn(row, 'budget_id') === textIn(row, 'default_budget_id') ? null : textIn(row, 'budget_id'),
    models: textsIn(mappingIn(row, 'budget'), 'allowed_models'),
  }),
  organization_member: (row, _, say) => ({
    ...shared(row),
    id: memberId(textIn(row, 'organization_id') ?? '', textIn(row, 'user_id') ?? ''),
    organizationId: textIn(row, 'organization_id'),
    userId: textIn(row, 'user_id'),
    role: roleIn(row, 'internal_user', say),
  }),
  customer: (row) => ({
    ...shared(row),
    id: textIn(row, 'user_id') ?? '',
    alias: textIn(row, 'alias'),
    settings: {
      allowedModelRegion: textIn(row, 'allowed_model_region') ?? undefined,
      defaultModel: textIn(row, 'default_model') ?? undefined,
    },
  }),
  tag: (row, _, say) => {
    if (isSaid(row['models'])) say('models', 'which deployments serve a tag, the configuration says');
    return {
      ...shared(row),
      id: textIn(row, 'tag_name') ?? '',
      models: [],
      settings: { description: textIn(row, 'description') ?? undefined },
    };
  },
};

export function translateParty(kind: MovedPartyKind, row: LitellmRow, knowing: Knowing): MovedPartyRow {
  const losses: Loss[] = [];
  const say: Say = (field, reason, restricts = false) =>
    void losses.push({ kind, id: shownId(kind, row), field, reason, restricts });
  sayUnsupported(row, say);
  const own = termsIn(row, say);
  const facts = TRANSLATIONS[kind](row, own, say, knowing);
  const createdAtMs = instantIn(row, 'created_at') ?? knowing.nowMs;
  const target: MovedParty = {
    ...NOTHING,
    ...own,
    models: withGroups(row, textsIn(row, 'models'), knowing, say),
    metadata: metadataIn(row),
    blocked: row['blocked'] === true,
    ...facts,
    kind,
    createdAtMs,
    createdBy: textIn(row, 'created_by') ?? 'litellm',
  };
  const budget = mappingIn(row, 'budget');
  const sharedTerms = textIn(budget, 'budget_id') === null ? null : { row: budget, terms: termsIn(budget, silent) };
  const isNamed = target.id.split('\n').every((part) => ID.test(part));
  return {
    sourceId: target.id,
    target,
    spent: spentThere(row, own, sharedTerms),
    losses,
    leftOut: isNamed ? null : 'its id is empty, too long or not printable',
  };
}

const silent: Say = () => undefined;

function shownId(kind: MovedPartyKind, row: LitellmRow): string {
  const names: readonly string[] = ID_COLUMNS[kind];
  return names.map((name) => textIn(row, name) ?? '').join('/');
}

const ID_COLUMNS: Readonly<Record<MovedPartyKind, readonly string[]>> = {
  budget: ['budget_id'],
  organization: ['organization_id'],
  project: ['project_id'],
  user: ['user_id'],
  team: ['team_id'],
  member: ['team_id', 'user_id'],
  organization_member: ['organization_id', 'user_id'],
  customer: ['user_id'],
  tag: ['tag_name'],
};

const NOTHING = {
  alias: null,
  organizationId: null,
  teamId: null,
  userId: null,
  budgetId: null,
  role: null,
  email: null,
  login: null,
  aliases: {},
  settings: {},
} as const;

/** The budget that it refers to. */
function shared(row: LitellmRow): Pick<MovedParty, 'budgetId'> {
  return { budgetId: textIn(row, 'budget_id') };
}

/** Lists of models are longer by those of LiteLLM's access groups; an empty list means all already. */
export function withGroups(
  row: LitellmRow,
  models: readonly string[],
  { accessGroups }: Knowing,
  say: Say,
): readonly string[] {
  const groups = textsIn(row, 'access_group_ids');
  if (groups.length === 0 || models.length === 0) return models;
  say('access_group_ids', 'the models of its groups are written into its list; the groups themselves do not come');
  return [...new Set([...models, ...groups.flatMap((id) => accessGroups.get(id) ?? [])])];
}

function emailIn(row: LitellmRow, say: Say): string | null {
  if (isSaid(row['password'])) say('password', "LiteLLM's form of passwords is not taken: set a new one");
  const email = textIn(row, 'user_email')?.trim().toLowerCase() ?? null;
  if (email === null || (/^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 255)) return email;
  say('user_email', 'it is no address, and is left out');
  return null;
}

function roleIn(row: LitellmRow, otherwise: string, say: Say): string {
  const role = textIn(row, 'user_role');
  if (role === null) return otherwise;
  if (ROLES.has(role)) return role;
  say('user_role', `there is no role '${role}' here; ${otherwise} is taken`);
  return otherwise;
}

function teamSettings(row: LitellmRow, say: Say): PartySettings {
  const members = mappingIn(row, 'member_budget');
  const permissions = textsIn(row, 'team_member_permissions').filter((each) => /^\/key\/[a-z_/{}]+$/.test(each));
  const models = textsIn(row, 'default_team_member_models');
  return {
    memberPermissions: permissions.length === 0 ? undefined : permissions,
    memberModels: models.length === 0 ? undefined : models,
    memberTerms: textIn(members, 'budget_id') === null ? undefined : storedTermsOf(termsIn(members, say)),
  };
}

export function textsOnly(mapping: LitellmRow): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapping).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
