import type { Database, SqlValue, Statement } from '../../store/index.ts';
import { RAISED } from '../change-counter.ts';
import type { Party, PartyRowKind } from '../parties/party.ts';
import { readParties } from '../parties/party-store.ts';
import type { VirtualKey } from '../virtual-key.ts';
import { packedRow, unpackKey } from '../virtual-key-row.ts';
import { readChangeSeq } from '../virtual-key-store.ts';
import type { Desired } from './desired.ts';

/** Somebody, or a key, that the configuration has, or had. */
export type ManagedRow = {
  readonly kind: PartyRowKind | 'key';
  readonly name: string;
  readonly id: string;
  readonly place: string;
  /** The configuration has it no longer. */
  readonly isRemoved: boolean;
};

/** What the database has of it all, as of one change. */
export type Stored = {
  /** The last change of anybody when it was read. */
  readonly seq: number;
  readonly managed: readonly ManagedRow[];
  /** Deleted ones among them. */
  readonly parties: readonly Party[];
  /** Revoked ones among them. */
  readonly keys: readonly VirtualKey[];
};

/** SQLite takes some thirty thousand values at once, and plans for each. */
const AT_ONCE = 500;

/** Reads whatever a reconciliation may have to do with. */
export async function readStored(
  database: Database,
  { parties, keys }: Desired,
  hashOfInner: (inner: string) => string,
): Promise<Stored> {
  const seq = await readChangeSeq(database);
  const managed = await readManaged(database);
  const wanted = new Map<PartyRowKind, Set<string>>();
  const want = (kind: PartyRowKind, id: string | null): void => {
    if (id !== null) wanted.set(kind, (wanted.get(kind) ?? new Set()).add(id));
  };
  for (const { kind, id } of managed) if (kind !== 'key') want(kind, id);
  for (const { kind, id, facts } of parties) {
    want(kind, id);
    want('team', facts.teamId);
    want('organization', facts.organizationId);
  }
  for (const { facts } of keys) {
    want('team', facts.teamId);
    want('project', facts.projectId);
    want('organization', facts.organizationId);
  }
  const ofKinds = [...wanted].map(([kind, ids]) => inParts([...ids], (part) => readParties(database, kind, part)));
  const ids = managed.flatMap(({ kind, id }) => (kind === 'key' ? [id] : []));
  const hashes = keys.flatMap(({ secret }) => (secret === null ? [] : [hashOfInner(secret.inner)]));
  const found = await Promise.all([
    inParts(ids, (part) => readKeys(database, 'id', part)),
    inParts([...hashes], (part) => readKeys(database, 'hash', part)),
    inParts(
      keys.map(({ name }) => name),
      (part) => readKeys(database, 'alias', part),
    ),
  ]);
  return {
    seq,
    managed,
    parties: (await Promise.all(ofKinds)).flat(),
    keys: [...new Map(found.flat().map((key) => [key.id, key])).values()],
  };
}

async function readManaged(database: Database): Promise<readonly ManagedRow[]> {
  const rows = await database.query('SELECT kind, name, id, place, removed_at_ms FROM access_managed');
  return rows.map((row) => ({
    kind: String(row['kind']) as ManagedRow['kind'],
    name: String(row['name']),
    id: String(row['id']),
    place: String(row['place']),
    isRemoved: row['removed_at_ms'] !== null,
  }));
}

/** By id whether or not they are in use, else those in use. */
async function readKeys(
  database: Database,
  by: 'id' | 'hash' | 'alias',
  values: readonly string[],
): Promise<readonly VirtualKey[]> {
  const rows = await database.query(
    `SELECT hash, ${packedRow(database.kind, 'whole')} AS packed FROM access_virtual_key
     WHERE ${by} IN (${values.map(() => '?').join(', ')}) ${by === 'id' ? '' : 'AND revoked_at_ms IS NULL'}`,
    values,
  );
  return rows.map((row) => unpackKey(String(row['hash']), String(row['packed'])));
}

async function inParts<T>(
  values: readonly string[],
  read: (part: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let from = 0; from < values.length; from += AT_ONCE)
    found.push(...(await read(values.slice(from, from + AT_ONCE))));
  return found;
}

/** Fails, and all that is written with it, unless nobody changed anybody since `seq`. After the counter was raised. */
export function unlessChanged(
  seq: number,
  by: { readonly atMs: number; readonly digest: string; readonly instance: string },
  kind: Database['kind'],
): Statement {
  const number = kind === 'postgres' ? '?::bigint' : '?';
  return {
    // The first row is there: its number is taken.
    sql: `INSERT INTO access_reconciliation (seq, at_ms, digest, instance)
      VALUES (CASE WHEN ${RAISED} = ${number} THEN ${number} ELSE 0 END, ?, ?, ?)`,
    values: [seq + 1, seq + 1, by.atMs, by.digest, by.instance],
  };
}

export type Reconciliation = { readonly digest: string; readonly instance: string; readonly atMs: number };

/** The last time that the configuration of any instance changed something; null: it never did. */
export async function lastReconciliation(database: Database): Promise<Reconciliation | null> {
  const [row] = await database.query(
    'SELECT at_ms, digest, instance FROM access_reconciliation WHERE seq > 0 ORDER BY seq DESC LIMIT 1',
  );
  if (row === undefined) return null;
  return { digest: String(row['digest']), instance: String(row['instance']), atMs: Number(row['at_ms']) };
}

export function keepManaged({ kind, name, id, place }: Omit<ManagedRow, 'isRemoved'>): Statement {
  return {
    sql: `INSERT INTO access_managed (kind, name, id, place, removed_at_ms) VALUES (?, ?, ?, ?, NULL)
      ON CONFLICT (kind, name) DO UPDATE SET id = excluded.id, place = excluded.place, removed_at_ms = NULL`,
    values: [kind, name, id, place],
  };
}

export function letGo({ kind, name }: Pick<ManagedRow, 'kind' | 'name'>, nowMs: number): Statement {
  return {
    sql: 'UPDATE access_managed SET removed_at_ms = ? WHERE kind = ? AND name = ?',
    values: [nowMs, kind, name],
  };
}

/** A key as it is to be, whatever it was; and where its secret is another now, the one until now ends. */
export function putKey(key: VirtualKey, before: VirtualKey | null, nowMs: number): readonly Statement[] {
  const columns: Readonly<Record<string, SqlValue>> = {
    hash: key.hash,
    hint: key.hint,
    alias: key.caller.keyAlias,
    user_id: key.caller.userId,
    team_id: key.caller.teamId,
    project_id: key.caller.projectId,
    organization_id: key.caller.organizationId,
    models: JSON.stringify(key.caller.models),
    aliases: JSON.stringify(key.caller.aliases),
    metadata: JSON.stringify(key.metadata),
    max_budget_nano: key.maxBudgetNanoUsd,
    rpm_limit: key.rpmLimit,
    expires_at_ms: key.expiresAtMs,
    blocked: Number(key.blocked),
    terms: JSON.stringify(key.terms),
    revoked_at_ms: key.revokedAtMs,
  };
  const names = Object.keys(columns);
  if (before === null) {
    const sql = `INSERT INTO access_virtual_key (${names.join(', ')}, id, created_at_ms, created_by, changed_seq)
      VALUES (${names.map(() => '?').join(', ')}, ?, ?, ?, ${RAISED})`;
    return [{ sql, values: [...Object.values(columns), key.id, key.createdAtMs, key.createdBy] }];
  }
  const isRotated = before.hash !== key.hash;
  const rotation = isRotated ? 'rotated_at_ms = ?, rotations = rotations + 1, ' : '';
  return [
    {
      sql: `UPDATE access_virtual_key SET ${names.map((name) => `${name} = ?`).join(', ')}, ${rotation}
        updated_at_ms = ?, changed_seq = ${RAISED} WHERE id = ?`,
      values: [...Object.values(columns), ...(isRotated ? [nowMs] : []), nowMs, key.id],
    },
    ...(isRotated ? formerSecrets(key, before, nowMs) : []),
    ...(key.revokedAtMs === null
      ? []
      : [{ sql: 'DELETE FROM access_former_secret WHERE key_id = ?', values: [key.id] }]),
  ];
}

/** So that processes that hold the key by the old one let go of it. */
function formerSecrets({ id, hash }: VirtualKey, before: VirtualKey, nowMs: number): readonly Statement[] {
  return [
    { sql: 'DELETE FROM access_former_secret WHERE hash = ?', values: [hash] },
    {
      sql: 'UPDATE access_former_secret SET until_ms = ? WHERE key_id = ? AND until_ms > ?',
      values: [nowMs, id, nowMs],
    },
    {
      sql: `INSERT INTO access_former_secret (hash, key_id, until_ms) VALUES (?, ?, ?)
        ON CONFLICT (hash) DO UPDATE SET key_id = excluded.key_id, until_ms = excluded.until_ms`,
      values: [before.hash, id, nowMs],
    },
  ];
}
