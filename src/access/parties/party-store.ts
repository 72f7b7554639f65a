import { bigintOf, type Database, type Row, type SqlValue, type Statement } from '../../store/index.ts';
import { RAISED } from '../change-counter.ts';
import type { KeyTerms } from '../key-terms.ts';
import type { Reach } from '../roles/reach.ts';
import { partiesInReach } from '../roles/reach-in-sql.ts';
import { type Party, type PartyFacts, type PartyRowKind, type PartySettings, partyOf } from './party.ts';
import { rankedBy } from './ranked-order.ts';

/** A place in the order of changes; several rows may change by one number. */
export type PartyChange = { readonly seq: number; readonly kind: string; readonly id: string };

const COLUMNS = `kind, id, alias, organization_id, team_id, user_id, budget_id, role, email, login, models, aliases, metadata,
  max_budget_nano, rpm_limit, terms, settings, blocked, created_at_ms, created_by, updated_at_ms, updated_by,
  deleted_at_ms, changed_seq`;

/** Rows that changed after `after`, deleted ones among them, in the order of their changes, at most `limit`. */
export async function readChangedParties(
  database: Database,
  after: PartyChange,
  limit: number,
): Promise<readonly Party[]> {
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM access_party
     WHERE (changed_seq, kind, id) > (?, ?, ?) ORDER BY changed_seq, kind, id LIMIT ?`,
    [after.seq, after.kind, after.id, limit],
  );
  return rows.map(partyInRow);
}

export async function findParty(database: Database, kind: PartyRowKind, id: string): Promise<Party | null> {
  const sql = `SELECT ${COLUMNS} FROM access_party WHERE kind = ? AND id = ? AND deleted_at_ms IS NULL`;
  const [row] = await database.query(sql, [kind, id]);
  return row === undefined ? null : partyInRow(row);
}

/** Those of these ids that there are, or were. */
export async function readParties(
  database: Database,
  kind: PartyRowKind,
  ids: readonly string[],
): Promise<readonly Party[]> {
  const sql = `SELECT ${COLUMNS} FROM access_party WHERE kind = ? AND id IN (${ids.map(() => '?').join(', ')})`;
  return (await database.query(sql, [kind, ...ids])).map(partyInRow);
}

export async function findUserByEmail(database: Database, email: string): Promise<Party | null> {
  const sql = `SELECT ${COLUMNS} FROM access_party WHERE email = ? AND kind = 'user' AND deleted_at_ms IS NULL`;
  const [row] = await database.query(sql, [email.toLowerCase()]);
  return row === undefined ? null : partyInRow(row);
}

/** When somebody of that id was removed last; null: never, or somebody has the id again. */
export async function removedAtMs(database: Database, kind: PartyRowKind, id: string): Promise<number | null> {
  const sql = 'SELECT deleted_at_ms FROM access_party WHERE kind = ? AND id = ?';
  const [row] = await database.query(sql, [kind, id]);
  return typeof row?.['deleted_at_ms'] === 'number' ? row['deleted_at_ms'] : null;
}

/** By its name in a directory, or that it would have in one: of a user whom none keeps, its address or id. */
export async function findUserByLogin(database: Database, login: string): Promise<Party | null> {
  const sql = `SELECT ${COLUMNS} FROM access_party WHERE kind = 'user' AND deleted_at_ms IS NULL
    AND (login = ? OR login IS NULL AND (email = ? OR id = ?)) ORDER BY CASE WHEN login IS NULL THEN 1 ELSE 0 END, id LIMIT 1`;
  const [row] = await database.query(sql, [login.toLowerCase(), login.toLowerCase(), login]);
  return row === undefined ? null : partyInRow(row);
}

export type PartyFilter = {
  /** Who may be seen at all. */
  readonly reach: Reach;
  readonly ids?: readonly string[] | undefined;
  readonly organizationId?: string | undefined;
  readonly organizationIds?: readonly string[] | undefined;
  readonly teamId?: string | undefined;
  readonly teamIds?: readonly string[] | undefined;
  readonly userId?: string | undefined;
  readonly userIds?: readonly string[] | undefined;
  readonly role?: string | undefined;
  /** Of a user: at least one of these teams, or organizations, has it as a member. */
  readonly ofTeams?: readonly string[] | undefined;
  readonly ofOrganizations?: readonly string[] | undefined;
  readonly ssoUserIds?: readonly string[] | undefined;
  /** Part of the alias, the id or the address, in any case. */
  readonly search?: string | undefined;
  readonly alias?: string | undefined;
  readonly email?: string | undefined;
};

export type PartyPage = { readonly parties: readonly Party[]; readonly total: number };

const ORDERS = {
  id: 'id',
  alias: 'alias',
  email: 'email',
  role: 'role',
  created: 'created_at_ms',
  updated: 'updated_at_ms',
};

/** `page` counts from 1. Left out: newest first. */
export type PartyPaging = {
  readonly page: number;
  readonly size: number;
  /** Instead of that of the page: rows before the first one. */
  readonly offset?: number | undefined;
  readonly by?: keyof typeof ORDERS | 'ranked' | undefined;
  /** Where it is `ranked`: the ids of the first, the first of all in front. */
  readonly ranked?: readonly string[] | undefined;
  readonly ascending?: boolean | undefined;
};

export async function listParties(
  database: Database,
  kind: PartyRowKind,
  filter: PartyFilter,
  { page, size, offset = (page - 1) * size, by = 'created', ascending = false, ranked = [] }: PartyPaging,
): Promise<PartyPage> {
  const { where, values } = conditions(kind, filter, database.kind);
  const order =
    by === 'ranked'
      ? rankedBy(database.kind, 'access_party.id', { by, ids: ranked, descending: !ascending })
      : { before: '', join: '', values: [], order: `${ORDERS[by]} ${ascending ? 'ASC' : 'DESC'}` };
  const rows = await database.query(
    `${order.before}SELECT ${COLUMNS} FROM access_party${order.join} WHERE ${where} ORDER BY ${order.order}, id LIMIT ? OFFSET ?`,
    [...order.values, ...values, size, offset],
  );
  const parties = rows.map(partyInRow);
  // A page with room left is the last one, unless it is one behind that.
  if (rows.length < size && (rows.length > 0 || offset === 0)) return { parties, total: offset + rows.length };
  const counted = await database.query(`SELECT count(*) AS total FROM access_party WHERE ${where}`, values);
  return { parties, total: Number(counted[0]?.['total'] ?? 0) };
}

function conditions(kind: PartyRowKind, filter: PartyFilter, database: Database['kind']) {
  const asked: readonly (readonly [string, string | undefined])[] = [
    ['organization_id = ?', filter.organizationId],
    ['team_id = ?', filter.teamId],
    ['user_id = ?', filter.userId],
    ['role = ?', filter.role],
    ['alias = ?', filter.alias],
    ["email LIKE ? ESCAPE '\\'", like(filter.email)],
    ["lower(coalesce(alias, '') || ' ' || id || ' ' || coalesce(email, '')) LIKE ? ESCAPE '\\'", like(filter.search)],
  ];
  const settings = database === 'sqlite' ? 'settings' : 'settings::json';
  const listed: readonly (readonly [(list: string) => string, readonly string[] | undefined])[] = [
    [(list) => `id IN (${list})`, filter.ids],
    [(list) => `organization_id IN (${list})`, filter.organizationIds],
    [(list) => `team_id IN (${list})`, filter.teamIds],
    [(list) => `user_id IN (${list})`, filter.userIds],
    [(list) => `${settings} ->> 'ssoUserId' IN (${list})`, filter.ssoUserIds],
    [(list) => `id IN (${USERS_IN} 'member' AND team_id IN (${list}))`, filter.ofTeams],
    [(list) => `id IN (${USERS_IN} 'organization_member' AND organization_id IN (${list}))`, filter.ofOrganizations],
  ];
  const terms = [
    ...asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }])),
    ...listed.flatMap(([sqlOf, values]) => (values === undefined ? [] : [oneOf(sqlOf, values)])),
  ];
  const reached = partiesInReach(kind, filter.reach);
  const all = reached === null ? terms : [...terms, reached];
  return {
    where: ['kind = ?', 'deleted_at_ms IS NULL', ...all.map(({ sql }) => sql)].join(' AND '),
    values: [kind, ...all.flatMap(({ values }) => values)],
  };
}

const USERS_IN = 'SELECT user_id FROM access_party WHERE deleted_at_ms IS NULL AND kind =';

function oneOf(sqlOf: (list: string) => string, values: readonly string[]) {
  const list = values.map(() => '?').join(', ');
  return { sql: list === '' ? '1 = 0' : sqlOf(list), values: [...values] };
}

/** How many of each kind refer to a budget. */
export async function countReferring(
  database: Database,
  budgetId: string,
): Promise<readonly (readonly [kind: PartyRowKind, count: number])[]> {
  const rows = await database.query(
    `SELECT kind, count(*) AS total FROM access_party WHERE budget_id = ? AND deleted_at_ms IS NULL
     GROUP BY kind ORDER BY kind`,
    [budgetId],
  );
  return rows.map((row) => [String(row['kind']) as PartyRowKind, Number(row['total'])]);
}

function like(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}

/** Fails as a whole where one is there already; a deleted one gives its id back. */
export function insertions(party: PartyFacts): readonly Statement[] {
  const values: readonly SqlValue[] = [party.kind, party.id, ...changeable(party), party.createdAtMs, party.createdBy];
  return [
    {
      sql: 'DELETE FROM access_party WHERE kind = ? AND id = ? AND deleted_at_ms IS NOT NULL',
      values: [party.kind, party.id],
    },
    {
      sql: `INSERT INTO access_party (kind, id, ${CHANGEABLE.join(', ')}, created_at_ms, created_by, deleted_at_ms, changed_seq)
        VALUES (${values.map(() => '?').join(', ')}, NULL, ${RAISED})`,
      values,
    },
  ];
}

/** Changes nothing where the row is no longer as it was read. */
export function updateOf(party: PartyFacts): Statement {
  return {
    sql: `UPDATE access_party SET ${CHANGEABLE.map((name) => `${name} = ?`).join(', ')}, changed_seq = ${RAISED}
      WHERE kind = ? AND id = ? AND deleted_at_ms IS NULL AND changed_seq = ?`,
    values: [...changeable(party), party.kind, party.id, party.changedSeq],
  };
}

const CHANGEABLE = [
  'alias',
  'organization_id',
  'team_id',
  'user_id',
  'budget_id',
  'role',
  'email',
  'login',
  'models',
  'aliases',
  'metadata',
  'max_budget_nano',
  'rpm_limit',
  'terms',
  'settings',
  'blocked',
  'updated_at_ms',
  'updated_by',
] as const;

function changeable(party: PartyFacts): readonly SqlValue[] {
  return [
    party.alias,
    party.organizationId,
    party.teamId,
    party.userId,
    party.budgetId,
    party.role,
    party.email?.toLowerCase() ?? null,
    party.login?.toLowerCase() ?? null,
    JSON.stringify(party.models),
    JSON.stringify(party.aliases),
    JSON.stringify(party.metadata),
    party.maxBudgetNanoUsd,
    party.rpmLimit,
    JSON.stringify(party.terms),
    JSON.stringify(party.settings),
    party.blocked ? 1 : 0,
    party.updatedAtMs,
    party.updatedBy,
  ];
}

function partyInRow(row: Row): Party {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const json = (name: string): unknown => JSON.parse(String(row[name]));
  return partyOf({
    kind: String(row['kind']) as PartyRowKind,
    id: String(row['id']),
    alias: text('alias'),
    organizationId: text('organization_id'),
    teamId: text('team_id'),
    userId: text('user_id'),
    budgetId: text('budget_id'),
    role: text('role'),
    email: text('email'),
    login: text('login'),
    models: Object.freeze(json('models') as string[]),
    aliases: Object.freeze(json('aliases') as Record<string, string>),
    metadata: Object.freeze(json('metadata') as Record<string, unknown>),
    maxBudgetNanoUsd: row['max_budget_nano'] === null ? null : bigintOf(row['max_budget_nano']),
    rpmLimit: row['rpm_limit'] === null ? null : Number(row['rpm_limit']),
    terms: json('terms') as KeyTerms,
    settings: json('settings') as PartySettings,
    blocked: Number(row['blocked']) !== 0,
    createdAtMs: Number(row['created_at_ms']),
    createdBy: String(row['created_by']),
    updatedAtMs: Number(row['updated_at_ms']),
    updatedBy: String(row['updated_by']),
    deletedAtMs: row['deleted_at_ms'] === null ? null : Number(row['deleted_at_ms']),
    changedSeq: Number(row['changed_seq']),
  });
}
