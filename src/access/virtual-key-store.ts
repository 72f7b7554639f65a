import type { Database, SqlValue, Statement } from '../store/index.ts';
import { RAISE, RAISED } from './change-counter.ts';
import type { VirtualKey } from './virtual-key.ts';
import { packedRow, unpackKey } from './virtual-key-row.ts';

/** A row of a key's, packed: see virtual-key-row.ts. */
export type KeyRow = {
  readonly id: string;
  readonly hash: string;
  readonly change: KeyChange;
  readonly revoked: boolean;
  readonly rotated: boolean;
  readonly packed: string;
};

/** A place in the order of changes; several keys may change by one number. */
export type KeyChange = { readonly seq: number; readonly id: string };

/** Rows that changed after `after`, in the order of their changes, at most `limit`. */
export async function readChangedKeys(database: Database, after: KeyChange, limit: number): Promise<readonly KeyRow[]> {
  const rows = await database.query(
    `SELECT id, hash, changed_seq, revoked_at_ms, rotations, ${packedRow(database.kind, 'held')} AS packed
     FROM access_virtual_key WHERE (changed_seq, id) > (?, ?) ORDER BY changed_seq, id LIMIT ?`,
    [after.seq, after.id, limit],
  );
  return rows.map((row) => ({
    id: String(row['id']),
    hash: String(row['hash']),
    change: { seq: Number(row['changed_seq']), id: String(row['id']) },
    revoked: row['revoked_at_ms'] !== null,
    rotated: Number(row['rotations']) > 0,
    packed: String(row['packed']),
  }));
}

export type PackedPage = { readonly lines: string; readonly lastId: string | null };

/** All keys in use, a page at a time: one text of hashes with their packed rows, one to a line, and where the next begins. */
export async function readPackedPage(database: Database, afterId: string, limit: number): Promise<PackedPage> {
  const together = database.kind === 'sqlite' ? 'group_concat(line, char(10))' : 'string_agg(line, chr(10))';
  // Chosen first and packed then: Postgres would otherwise pack all keys for each page, and sort them afterwards.
  const rows = await database.query(
    `SELECT ${together} AS lines, max(id) AS last_id FROM (
       SELECT id, hash || ${packedRow(database.kind, 'held')} AS line FROM (
         SELECT * FROM access_virtual_key WHERE id > ? AND revoked_at_ms IS NULL ORDER BY id LIMIT ?) AS chosen) AS page`,
    [afterId, limit],
  );
  const lastId = rows[0]?.['last_id'];
  return { lines: String(rows[0]?.['lines'] ?? ''), lastId: typeof lastId === 'string' ? lastId : null };
}

export async function readChangeSeq(database: Database): Promise<number> {
  const rows = await database.query('SELECT seq FROM access_change WHERE one = 1');
  return Number(rows[0]?.['seq'] ?? 0);
}

/** By what is stored of it now, or of a secret that it had and that still works. */
export async function findKeyByHash(database: Database, hash: string, nowMs: number): Promise<VirtualKey | null> {
  const id = `coalesce((SELECT id FROM access_virtual_key WHERE hash = ? AND revoked_at_ms IS NULL),
    (SELECT key_id FROM access_former_secret WHERE hash = ? AND until_ms > ?))`;
  return findOne(database, `id = ${id}`, [hash, hash, nowMs]);
}

export function findKeyById(database: Database, id: string): Promise<VirtualKey | null> {
  return findOne(database, 'id = ?', [id]);
}

export function findKeyByAlias(database: Database, alias: string): Promise<VirtualKey | null> {
  return findOne(database, 'alias = ?', [alias]);
}

/** In use only: a key that was brought along, and an alias, are free again when their key is revoked. */
async function findOne(database: Database, condition: string, values: readonly SqlValue[]): Promise<VirtualKey | null> {
  const rows = await database.query(
    `SELECT hash, ${packedRow(database.kind, 'whole')} AS packed FROM access_virtual_key
     WHERE ${condition} AND revoked_at_ms IS NULL`,
    values,
  );
  return rows[0] === undefined ? null : unpackKey(String(rows[0]['hash']), String(rows[0]['packed']));
}

/** Keys in use as they are held, by what is stored of them; at most `HASHES_AT_ONCE`. */
export async function readHeldKeys(
  database: Database,
  hashes: readonly string[],
): Promise<readonly { readonly hash: string; readonly packed: string }[]> {
  const rows = await database.query(
    `SELECT hash, ${packedRow(database.kind, 'held')} AS packed FROM access_virtual_key
     WHERE hash IN (${HASH_PLACES}) AND revoked_at_ms IS NULL`,
    [...hashes, ...NO_HASHES.slice(hashes.length)],
  );
  return rows.map((row) => ({ hash: String(row['hash']), packed: String(row['packed']) }));
}

export const HASHES_AT_ONCE = 64;
const NO_HASHES: readonly string[] = Array.from({ length: HASHES_AT_ONCE }, () => '');
const HASH_PLACES = NO_HASHES.map(() => '?').join(', ');

/** False: the id, the hash or the alias is taken, and nothing was written. A former secret in its grace is taken, too. */
export async function insertKey(database: Database, key: VirtualKey): Promise<boolean> {
  const values: readonly SqlValue[] = [
    key.id,
    key.hash,
    key.hint,
    key.caller.keyAlias,
    key.caller.userId,
    key.caller.teamId,
    JSON.stringify(key.caller.models),
    JSON.stringify(key.metadata),
    key.maxBudgetNanoUsd,
    key.rpmLimit,
    key.expiresAtMs,
    key.blocked ? 1 : 0,
    key.createdAtMs,
    key.createdBy,
    JSON.stringify(key.caller.aliases),
    JSON.stringify(key.terms),
    key.caller.organizationId,
    key.caller.projectId,
    key.hash,
    key.createdAtMs,
  ];
  const sql = `INSERT INTO access_virtual_key (id, hash, hint, alias, user_id, team_id, models, metadata, max_budget_nano,
      rpm_limit, expires_at_ms, blocked, created_at_ms, created_by, aliases, terms, organization_id, project_id,
      revoked_at_ms, changed_seq)
    SELECT ${INSERTED[database.kind]}, NULL, ${RAISED}
    WHERE NOT EXISTS (SELECT 1 FROM access_former_secret WHERE hash = ? AND until_ms > ?) ON CONFLICT DO NOTHING`;
  const results = await database.write([RAISE, { sql, values }]);
  return results[1]?.changed === 1;
}

/** Postgres takes a value of a SELECT for text unless it is told. */
const INSERTED = {
  sqlite: '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?',
  postgres: '?, ?, ?, ?, ?, ?, ?, ?, ?::bigint, ?::bigint, ?::bigint, ?::integer, ?::bigint, ?, ?, ?, ?, ?',
} as const;

/** Answers the ids of those that were in use until now. */
export async function revokeKeysById(
  database: Database,
  ids: readonly string[],
  nowMs: number,
): Promise<readonly string[]> {
  const sql = `UPDATE access_virtual_key SET revoked_at_ms = ?, changed_seq = ${RAISED} WHERE id = ? AND revoked_at_ms IS NULL`;
  const results = await database.write([
    RAISE,
    ...ids.map((id) => ({ sql, values: [nowMs, id] })),
    ...ids.map((id) => ({ sql: 'DELETE FROM access_former_secret WHERE key_id = ?', values: [id] })),
  ]);
  return ids.filter((_, index) => results[index + 1]?.changed === 1);
}

/** What of a key may be changed; what is undefined stays. */
export type KeyColumns = {
  readonly alias?: string | null | undefined;
  readonly user_id?: string | null | undefined;
  readonly team_id?: string | null | undefined;
  readonly organization_id?: string | null | undefined;
  readonly project_id?: string | null | undefined;
  readonly models?: string | undefined;
  readonly aliases?: string | undefined;
  readonly metadata?: string | undefined;
  readonly max_budget_nano?: bigint | null | undefined;
  readonly rpm_limit?: number | null | undefined;
  readonly expires_at_ms?: number | null | undefined;
  readonly blocked?: number | undefined;
  readonly terms?: string | undefined;
  readonly updated_at_ms?: number | undefined;
};

/** As it was read: what is changed by others meanwhile is not overwritten. */
export type KeyBefore = { readonly hash: string; readonly terms: string; readonly metadata: string };

/** False: the key is not in use, its alias is taken, or it is no longer as `before`; nothing was written. */
export async function updateKey(
  database: Database,
  id: string,
  columns: KeyColumns,
  before: KeyBefore,
): Promise<boolean> {
  const results = await database.write([RAISE, updateStatement(id, columns, before)]);
  return results[1]?.changed === 1;
}

/** What a key's secret becomes, and until when those before it work. */
export type Rotation = {
  readonly hash: string;
  readonly hint: string;
  readonly nowMs: number;
  /** Not after `nowMs`: every secret but the new one ends at once. Else those before keep the ends they were given. */
  readonly graceUntilMs: number;
};

/** Ended former secrets are kept this long, for processes that have not read of their end yet. */
const KEPT_AFTER_END_MS = 30 * 86_400_000;

/** As `updateKey`; false as well where another key has the new secret, or had it and is in its grace. */
export async function rotateKey(
  database: Database,
  id: string,
  columns: KeyColumns,
  before: KeyBefore,
  rotation: Rotation,
): Promise<boolean> {
  const { hash, hint, nowMs, graceUntilMs } = rotation;
  const update = updateStatement(id, columns, before, {
    sql: `hash = ?, hint = ?, rotated_at_ms = ?, rotations = rotations + 1, `,
    values: [hash, hint, nowMs],
    unless: `AND NOT EXISTS (SELECT 1 FROM access_former_secret WHERE hash = ? AND until_ms > ?)
      AND NOT EXISTS (SELECT 1 FROM access_virtual_key AS other WHERE other.hash = ? AND other.revoked_at_ms IS NULL)`,
    unlessValues: [hash, nowMs, hash],
  });
  // The statements after the update do nothing unless it was done: then the key has the new hash.
  const isDone = 'EXISTS (SELECT 1 FROM access_virtual_key WHERE id = ? AND hash = ? AND revoked_at_ms IS NULL)';
  const ending =
    graceUntilMs > nowMs
      ? []
      : [
          {
            sql: `UPDATE access_former_secret SET until_ms = ? WHERE key_id = ? AND until_ms > ? AND ${isDone}`,
            values: [nowMs, id, nowMs, id, hash],
          },
        ];
  const results = await database.write([
    RAISE,
    { sql: 'DELETE FROM access_former_secret WHERE until_ms <= ?', values: [nowMs - KEPT_AFTER_END_MS] },
    update,
    ...ending,
    {
      sql: `INSERT INTO access_former_secret (hash, key_id, until_ms)
        SELECT ${database.kind === 'sqlite' ? '?, ?, ?' : '?, ?, ?::bigint'} WHERE ${isDone}
        ON CONFLICT (hash) DO UPDATE SET key_id = excluded.key_id, until_ms = excluded.until_ms`,
      values: [before.hash, id, Math.max(graceUntilMs, nowMs), id, hash],
    },
  ]);
  return results[2]?.changed === 1;
}

type MoreOfUpdate = Statement & { readonly unless: string; readonly unlessValues: readonly SqlValue[] };

function updateStatement(id: string, columns: KeyColumns, before: KeyBefore, more?: MoreOfUpdate): Statement {
  const changes = Object.entries(columns as Readonly<Record<string, SqlValue | undefined>>).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const alias = columns.alias ?? null;
  const sets = `${more?.sql ?? ''}${changes.map(({ name }) => `${name} = ?, `).join('')}`;
  const sql = `UPDATE access_virtual_key SET ${sets}changed_seq = ${RAISED}
    WHERE id = ? AND revoked_at_ms IS NULL AND hash = ? AND terms = ? AND metadata = ?
    AND NOT EXISTS (SELECT 1 FROM access_virtual_key AS other WHERE other.alias = ? AND other.revoked_at_ms IS NULL AND other.id <> ?)
    ${more?.unless ?? ''}`;
  const values = [
    ...(more?.values ?? []),
    ...changes.map(({ value }) => value),
    id,
    before.hash,
    before.terms,
    before.metadata,
    alias,
    id,
    ...(more?.unlessValues ?? []),
  ];
  return { sql, values };
}

export type FormerSecret = {
  readonly hash: string;
  readonly keyId: string;
  readonly keyHash: string;
  readonly untilMs: number;
};

/** Secrets that keys in use had and no key has now: of these keys, or of all those whose grace is not over. */
export async function readFormerSecrets(
  database: Database,
  whose: { readonly keyIds: readonly string[] } | { readonly afterMs: number },
): Promise<readonly FormerSecret[]> {
  const [condition, values] =
    'keyIds' in whose
      ? [`former.key_id IN (${whose.keyIds.map(() => '?').join(', ')})`, whose.keyIds]
      : ['former.until_ms > ?', [whose.afterMs]];
  const rows = await database.query(
    `SELECT former.hash, former.key_id, former.until_ms, own.hash AS key_hash FROM access_former_secret AS former
     JOIN access_virtual_key AS own ON own.id = former.key_id WHERE ${condition} AND own.revoked_at_ms IS NULL
     AND NOT EXISTS (SELECT 1 FROM access_virtual_key AS heir WHERE heir.hash = former.hash AND heir.revoked_at_ms IS NULL)`,
    values,
  );
  return rows.map((row) => ({
    hash: String(row['hash']),
    keyId: String(row['key_id']),
    keyHash: String(row['key_hash']),
    untilMs: Number(row['until_ms']),
  }));
}

/** How many keys in use each of the users has; those without any are not in it. */
export async function countKeysOfUsers(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await database.query(
    `SELECT user_id, count(*) AS total FROM access_virtual_key
     WHERE revoked_at_ms IS NULL AND user_id IN (${userIds.map(() => '?').join(', ')}) GROUP BY user_id`,
    userIds,
  );
  return new Map(rows.map((row) => [String(row['user_id']), Number(row['total'])]));
}

export async function countKeysOfBudget(database: Database, budgetId: string): Promise<number> {
  const terms = database.kind === 'sqlite' ? 'terms' : 'terms::json';
  const rows = await database.query(
    `SELECT count(*) AS total FROM access_virtual_key WHERE revoked_at_ms IS NULL AND ${terms} ->> 'budgetId' = ?`,
    [budgetId],
  );
  return Number(rows[0]?.['total'] ?? 0);
}
