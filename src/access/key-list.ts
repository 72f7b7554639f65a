import type { Database } from '../store/index.ts';
import type { AliasBook } from './listing/alias-book.ts';
import { pageOfRanked, type Span } from './listing/ranked-page.ts';
import { type RankedOrder, rankedBy } from './parties/ranked-order.ts';
import type { Reach } from './roles/reach.ts';
import { type Condition, keysInReach } from './roles/reach-in-sql.ts';
import type { VirtualKey } from './virtual-key.ts';
import { packedRow, unpackKey } from './virtual-key-row.ts';

export type KeyFilter = {
  readonly userId?: string | undefined;
  /** Those of these teams as well as the user's. */
  readonly orOfTeams?: readonly string[] | undefined;
  readonly teamId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly alias?: string | undefined;
  /** Part of the alias, in whatever case. */
  readonly aliasPart?: string | undefined;
  readonly hash?: string | undefined;
  /** Those that are no longer in use instead of those that are. */
  readonly revoked?: boolean | undefined;
};

/** Columns that a list can be in the order of. */
export const keyOrders = {
  created_at: 'created_at_ms',
  updated_at: 'coalesce(updated_at_ms, created_at_ms)',
  expires: 'expires_at_ms',
  max_budget: 'max_budget_nano',
  key_alias: 'alias',
  user_id: 'user_id',
  team_id: 'team_id',
  token: 'hash',
} as const;

export type KeyOrder = { readonly by: keyof typeof keyOrders; readonly descending: boolean } | RankedOrder;

export type KeyPageAsked = KeyFilter & {
  /** Whose keys may be seen at all. */
  readonly reach: Reach;
  /** Counts from 1. */
  readonly page: number;
  readonly size: number;
  /** Left out: newest first. */
  readonly order?: KeyOrder | undefined;
};

export type KeyPage = { readonly keys: readonly VirtualKey[]; readonly total: number };

const NEWEST_FIRST: KeyOrder = { by: 'created_at', descending: true };

/** What is known of all keys in use without asking for each. */
export type KeysAtHand = {
  readonly aliases: AliasBook;
  /** null: not all are held yet. */
  readonly countInUse: () => number | null;
};

/** Keys without a value come last, whichever way; what is equal is in the order of the ids. */
export async function listKeyPage(database: Database, asked: KeyPageAsked, atHand: KeysAtHand): Promise<KeyPage> {
  const order = asked.order ?? NEWEST_FIRST;
  const offset = (asked.page - 1) * asked.size;
  if (isByPartAlone(asked) && order.by === 'created_at') {
    const found = await atHand.aliases.find(asked.aliasPart);
    const some = (order.descending ? found : found.toReversed()).slice(offset, offset + asked.size);
    return { keys: await readKeys(database, ids(some)), total: found.length };
  }
  const condition = conditionOf(asked);
  const [total, found] = await Promise.all([
    count(database, asked, condition, atHand),
    order.by === 'ranked' && order.descending
      ? pageOfRanked(database, condition, order.ids, { offset, size: asked.size })
      : pageInOrder(database, condition, order, { offset, size: asked.size }),
  ]);
  return { keys: await readKeys(database, found), total };
}

const ids = (keys: readonly { readonly id: string }[]): readonly string[] => keys.map(({ id }) => id);

/** Nothing but a part of the alias says which keys are meant. */
function isByPartAlone(asked: KeyPageAsked): asked is KeyPageAsked & { readonly aliasPart: string } {
  const { aliasPart = '', reach, page: _page, size: _size, order: _order, ...others } = asked;
  return aliasPart !== '' && reach === 'everything' && isUnfiltered(others);
}

function isUnfiltered(filter: KeyFilter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === false);
}

/** All keys in use are counted already: a database counts a hundred thousand in 8 to 25 ms. */
async function count(
  database: Database,
  { reach, page: _page, size: _size, order: _order, ...filter }: KeyPageAsked,
  { sql, values }: Condition,
  { countInUse }: KeysAtHand,
): Promise<number> {
  const inUse = reach === 'everything' && isUnfiltered(filter) ? countInUse() : null;
  if (inUse !== null) return inUse;
  const rows = await database.query(`SELECT count(*) AS total FROM access_virtual_key AS one WHERE ${sql}`, values);
  return Number(rows[0]?.['total'] ?? 0);
}

async function pageInOrder(
  database: Database,
  { sql, values }: Condition,
  asked: KeyOrder,
  { offset, size }: Span,
): Promise<readonly string[]> {
  const order = orderOf(asked, database.kind);
  const rows = await database.query(
    `${order.before}SELECT one.id AS id FROM access_virtual_key AS one${order.join}
     WHERE ${sql} ORDER BY ${order.order} LIMIT ? OFFSET ?`,
    [...order.values, ...values, size, offset],
  );
  return rows.map((row) => String(row['id']));
}

/** In the order of the ids. Whole rows of a page alone: those of all that are sorted took 0.2 s for a hundred thousand. */
async function readKeys(database: Database, ids: readonly string[]): Promise<readonly VirtualKey[]> {
  if (ids.length === 0) return [];
  const rows = await database.query(
    `SELECT id, hash, ${packedRow(database.kind, 'whole')} AS packed FROM access_virtual_key
     WHERE id IN (${ids.map(() => '?').join(', ')})`,
    ids,
  );
  const byId = new Map(rows.map((row) => [String(row['id']), row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [unpackKey(String(row['hash']), String(row['packed']))];
  });
}

function orderOf(asked: KeyOrder, kind: Database['kind']): ReturnType<typeof rankedBy> {
  const direction = asked.descending ? 'DESC' : 'ASC';
  if (asked.by === 'ranked') {
    const ranked = rankedBy(kind, 'one.id', asked);
    return { ...ranked, order: `${ranked.order}, id ${direction}` };
  }
  const nulls = asked.by === 'created_at' ? '' : ' NULLS LAST';
  return { before: '', join: '', values: [], order: `${keyOrders[asked.by]} ${direction}${nulls}, id ${direction}` };
}

export type AliasPage = { readonly aliases: readonly string[]; readonly total: number };

/** Aliases of keys in use, in their order. */
export async function listAliasPage(database: Database, asked: KeyPageAsked): Promise<AliasPage> {
  const condition = conditionOf(asked);
  const sql = `${condition.sql} AND alias IS NOT NULL`;
  const [counted, rows] = await Promise.all([
    database.query(`SELECT count(*) AS total FROM access_virtual_key AS one WHERE ${sql}`, condition.values),
    database.query(`SELECT alias FROM access_virtual_key AS one WHERE ${sql} ORDER BY alias LIMIT ? OFFSET ?`, [
      ...condition.values,
      asked.size,
      (asked.page - 1) * asked.size,
    ]),
  ]);
  return { aliases: rows.map((row) => String(row['alias'])), total: Number(counted[0]?.['total'] ?? 0) };
}

function conditionOf(filter: KeyPageAsked): Condition {
  const asked: readonly (readonly [string, string | undefined])[] = [
    ['team_id = ?', filter.teamId],
    ['organization_id = ?', filter.organizationId],
    ['project_id = ?', filter.projectId],
    ['alias = ?', filter.alias],
    ["lower(alias) LIKE ? ESCAPE '!'", likePart(filter.aliasPart)],
    ['hash = ?', filter.hash],
  ];
  const terms = [
    ...userTerms(filter),
    ...asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }])),
  ];
  const reached = keysInReach(filter.reach);
  const inUse = filter.revoked === true ? 'revoked_at_ms IS NOT NULL' : 'revoked_at_ms IS NULL';
  return {
    sql: [inUse, ...terms.map(({ sql }) => sql), ...(reached === null ? [] : [reached.sql])].join(' AND '),
    values: [...terms.flatMap(({ values }) => values), ...(reached?.values ?? [])],
  };
}

function userTerms({ userId, orOfTeams = [] }: KeyFilter) {
  if (userId === undefined) return [];
  const teams = orOfTeams.length === 0 ? '' : ` OR team_id IN (${orOfTeams.map(() => '?').join(', ')})`;
  return [{ sql: `(user_id = ?${teams})`, values: [userId, ...orOfTeams] }];
}

function likePart(part: string | undefined): string | undefined {
  return part === undefined ? undefined : `%${part.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
}
