import type { SqlValue } from '../../store/index.ts';
import type { PartyRowKind } from '../parties/party.ts';
import type { LimitedReach, Reach, Within } from './reach.ts';

export type Condition = { readonly sql: string; readonly values: readonly SqlValue[] };

const NOTHING = '1 = 0';
const THERE = 'deleted_at_ms IS NULL';

/** Of a row of `access_virtual_key AS one`. */
const KEY_TEAM = `coalesce(one.team_id, (SELECT team_id FROM access_party WHERE kind = 'project' AND id = one.project_id AND ${THERE}))`;
export const KEY_ORGANIZATION =
  `coalesce(one.organization_id, (SELECT organization_id FROM access_party WHERE kind = 'team' AND id = ${KEY_TEAM} ` +
  `AND ${THERE}))`;

/** Keys that a reach has, as `covers` says of each; null: all. */
export function keysInReach(reach: Reach): Condition | null {
  if (reach === 'everything') return null;
  const any = anyOf([
    oneOf('one.id', reach.keyId === null ? [] : [reach.keyId]),
    ownKeys(reach),
    oneOf(KEY_TEAM, reach.teams),
    oneOf(KEY_ORGANIZATION, reach.organizations),
  ]);
  const { within, keyId } = reach;
  if (within === null) return any;
  const column = within.kind === 'team' ? KEY_TEAM : KEY_ORGANIZATION;
  return { sql: `${any.sql} AND (${column} = ? OR one.id = ?)`, values: [...any.values, within.id, keyId ?? ''] };
}

function ownKeys({ userId, ownIn }: LimitedReach): Condition {
  const own = oneOf('one.user_id', userId === null ? [] : [userId]);
  if (own.sql === '' || ownIn === null) return own;
  const inTeams = oneOf(KEY_TEAM, ownIn);
  const where = inTeams.sql === '' ? `${KEY_TEAM} IS NULL` : `(${KEY_TEAM} IS NULL OR ${inTeams.sql})`;
  return { sql: `(${own.sql} AND ${where})`, values: [...own.values, ...inTeams.values] };
}

const TEAMS_IN = `SELECT id FROM access_party WHERE kind = 'team' AND ${THERE} AND organization_id IN`;
const USERS_IN = `SELECT user_id FROM access_party WHERE kind = 'organization_member' AND ${THERE} AND organization_id IN`;

type Columns = (reach: LimitedReach) => readonly Condition[];

const ofGroups: Columns = ({ teams, organizations, userId }) => [
  oneOf('team_id', teams),
  oneOf('organization_id', organizations),
  inList((list) => `team_id IN (${TEAMS_IN} (${list}))`, organizations),
  oneOf('user_id', userId === null ? [] : [userId]),
];

/** By which columns a party is somebody's; those that are not here are the gateway's. */
const OWNED: Readonly<Partial<Record<PartyRowKind, Columns>>> = {
  organization: ({ organizations }) => [oneOf('id', organizations)],
  organization_member: ofGroups,
  team: ({ teams, organizations }) => [oneOf('id', teams), oneOf('organization_id', organizations)],
  member: ofGroups,
  project: ofGroups,
  user: ({ userId, organizations }) => [
    oneOf('id', userId === null ? [] : [userId]),
    inList((list) => `id IN (${USERS_IN} (${list}))`, organizations),
  ],
};

export function partiesInReach(kind: PartyRowKind, reach: Reach): Condition | null {
  if (reach === 'everything') return null;
  const any = anyOf(OWNED[kind]?.(reach) ?? []);
  return reach.within === null
    ? any
    : { sql: `${any.sql} AND ${WITHIN[reach.within.kind](kind)}`, values: [...any.values, reach.within.id] };
}

const WITHIN: Readonly<Record<Within['kind'], (kind: PartyRowKind) => string>> = {
  team: (kind) => (kind === 'team' ? 'id = ?' : 'team_id = ?'),
  organization: (kind) => {
    if (kind === 'organization') return 'id = ?';
    return kind === 'team' || kind === 'organization_member' ? 'organization_id = ?' : `team_id IN (${TEAMS_IN} (?))`;
  },
};

function oneOf(column: string, values: readonly string[]): Condition {
  return inList((list) => `${column} IN (${list})`, values);
}

function inList(sqlOf: (list: string) => string, values: readonly string[]): Condition {
  return values.length === 0 ? { sql: '', values: [] } : { sql: sqlOf(values.map(() => '?').join(', ')), values };
}

function anyOf(conditions: readonly Condition[]): Condition {
  const said = conditions.filter(({ sql }) => sql !== '');
  if (said.length === 0) return { sql: NOTHING, values: [] };
  return { sql: `(${said.map(({ sql }) => sql).join(' OR ')})`, values: said.flatMap(({ values }) => values) };
}
