import { type FieldRule, keyFieldRules, type Need, partyFieldRules } from '../../src/access/roles/field-rules.ts';
import type { Role } from '../../src/access/roles/matrix.ts';
import {
  type Fields,
  freshEmail,
  keyFields,
  memberFields,
  newProjectFields,
  newTeamFields,
  newUserFields,
  organizationMemberFields,
  projectFields,
  teamFields,
  userFields,
} from './written-fields.ts';

type Body = Readonly<Record<string, unknown>>;

/** Where a caller of a role writes: what is its own, or in its hands. */
export type Targets = {
  readonly key: string;
  readonly teamKey: string;
  readonly team: string;
  readonly project: string;
  readonly organization: string;
  readonly user: string;
  /** A user of the organization who is in no team of it. */
  readonly joiner: () => Promise<string>;
};

export type WrittenDoor = {
  readonly path: string;
  readonly method?: 'PATCH' | 'POST';
  readonly at?: (targets: Targets) => string;
  readonly rules: Readonly<Record<string, FieldRule & { readonly ofNew?: Need }>>;
  readonly fields: Fields;
  readonly isNew?: true;
  /** It is about what is a group's, which a user who does not administer it does not change. */
  readonly isOfGroup?: true;
  /** What is named besides what is set. */
  readonly references?: readonly string[];
  /** Where in the body the fields stand. */
  readonly fieldsIn?: 'keys' | 'update_fields';
  readonly body: (role: Role, targets: Targets, fields: Body) => Body | Promise<Body>;
};

const { team: TEAM, project: PROJECT, member: MEMBER, user: USER } = partyFieldRules;
const ofKeys = { rules: keyFieldRules, fields: keyFields } as const;
const ofTeam = { rules: TEAM, isOfGroup: true } as const;

export const writtenDoors: readonly WrittenDoor[] = [
  {
    ...ofKeys,
    path: '/key/generate',
    isNew: true,
    body: (role, { team }, fields) => (isAdministrator(role) ? { team_id: team, ...fields } : fields),
  },
  {
    ...ofKeys,
    path: '/key/service-account/generate',
    isNew: true,
    body: (_, { team }, fields) => ({ team_id: team, ...fields }),
  },
  { ...ofKeys, path: '/key/update', references: ['key'], body: (_, { key }, fields) => ({ ...fields, key }) },
  {
    ...ofKeys,
    path: '/key/bulk_update',
    references: ['key'],
    fieldsIn: 'keys',
    body: (_, { key }, fields) => ({ keys: [{ ...fields, key }] }),
  },
  {
    ...ofKeys,
    path: '/team/key/bulk_update',
    isOfGroup: true,
    fieldsIn: 'update_fields',
    body: (_, { team, teamKey }, fields) => ({ team_id: team, key_ids: [teamKey], update_fields: fields }),
  },
  { ...ofKeys, path: '/key/regenerate', references: ['key'], body: (_, { key }, fields) => ({ ...fields, key }) },
  {
    ...ofKeys,
    path: '/key/{id}/regenerate',
    references: ['key'],
    at: ({ key }) => `/key/${key}/regenerate`,
    body: (_, __, fields) => fields,
  },
  {
    ...ofTeam,
    path: '/team/new',
    isNew: true,
    fields: newTeamFields,
    body: (_, { organization }, fields) => ({ organization_id: organization, ...fields }),
  },
  {
    ...ofTeam,
    path: '/team/update',
    fields: teamFields,
    references: ['team_id'],
    body: (_, { team }, fields) => ({ ...fields, team_id: team }),
  },
  {
    ...ofTeam,
    path: '/team/{id}',
    method: 'PATCH',
    fields: teamFields,
    at: ({ team }) => `/team/${team}`,
    body: (_, __, fields) => fields,
  },
  {
    ...ofTeam,
    path: '/team/permissions_update',
    fields: teamFields,
    references: ['team_id'],
    body: (_, { team }, fields) => ({ ...fields, team_id: team }),
  },
  {
    rules: MEMBER,
    path: '/team/member_add',
    isNew: true,
    isOfGroup: true,
    fields: memberFields,
    references: ['team_id'],
    body: async (_, { team, joiner }, fields) => ({
      team_id: team,
      ...('member' in fields ? {} : { member: { user_id: await joiner() } }),
      ...fields,
    }),
  },
  {
    rules: MEMBER,
    path: '/team/bulk_member_add',
    isNew: true,
    isOfGroup: true,
    fields: memberFields,
    references: ['team_id'],
    body: async (_, { team, joiner }, fields) => ({
      team_id: team,
      ...('members' in fields ? {} : { members: [{ user_id: await joiner() }] }),
      ...fields,
    }),
  },
  {
    rules: MEMBER,
    path: '/team/member_update',
    isOfGroup: true,
    fields: memberFields,
    references: ['team_id', 'user_id', 'user_email'],
    body: (_, { team }, fields) => ({ ...fields, team_id: team, user_id: 'member' }),
  },
  {
    rules: partyFieldRules.organization_member,
    path: '/organization/member_add',
    isNew: true,
    isOfGroup: true,
    fields: organizationMemberFields,
    references: ['organization_id'],
    body: (_, { organization }, fields) => ({
      organization_id: organization,
      member: { user_email: freshEmail() },
      ...fields,
    }),
  },
  {
    rules: partyFieldRules.organization_member,
    path: '/organization/member_update',
    method: 'PATCH',
    isOfGroup: true,
    fields: organizationMemberFields,
    references: ['organization_id', 'user_id', 'user_email'],
    body: (_, { organization }, fields) => ({ ...fields, organization_id: organization, user_id: 'member' }),
  },
  {
    rules: PROJECT,
    path: '/project/new',
    isNew: true,
    isOfGroup: true,
    fields: newProjectFields,
    body: (_, { team }, fields) => ({ team_id: team, ...fields }),
  },
  {
    rules: PROJECT,
    path: '/project/update',
    isOfGroup: true,
    fields: projectFields,
    references: ['project_id'],
    body: (_, { project }, fields) => ({ ...fields, project_id: project }),
  },
  {
    rules: USER,
    path: '/user/new',
    isNew: true,
    isOfGroup: true,
    fields: newUserFields,
    body: (_, { organization }, fields) => ({
      organizations: [organization],
      auto_create_key: false,
      user_email: freshEmail(),
      ...fields,
    }),
  },
  {
    rules: USER,
    path: '/user/update',
    isOfGroup: true,
    fields: userFields,
    references: ['user_id', 'user_email'],
    body: (_, { user }, fields) => ({ ...fields, user_id: user }),
  },
];

function isAdministrator(role: Role): boolean {
  return role === 'org_admin' || role === 'team_admin';
}

/** What a field takes there; what has no rule is about nothing that is kept. */
export function needOf({ rules, isNew }: WrittenDoor, field: string): Need {
  const rule = Object.values(rules).find((each) => each.field === field);
  return (isNew === true ? rule?.ofNew : undefined) ?? rule?.needs ?? UNRULED[field] ?? 'nothing';
}

/** An id that was chosen, and what is kept elsewhere. */
const UNRULED: Readonly<Record<string, Need>> = {
  user_id: 'operator',
  project_id: 'operator',
  team_id: 'operator',
  password: 'operator',
};
