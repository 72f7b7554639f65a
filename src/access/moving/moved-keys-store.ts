import type { KeyObject } from 'node:crypto';
import type { NanoUsd } from '../../std/index.ts';
import type { BulkInsert, Session } from '../../store/index.ts';
import { newPublicId } from '../key-format.ts';
import type { KeyTerms } from '../key-terms.ts';
import { storedHash } from '../secrets/secret-key.ts';
import { type Reader, type RowNow, selectIn } from './moved-rows.ts';

/** A key that somebody else has made, and of which the plain sha256 is known: it goes on working. */
export type MovedKey = {
  /** sha256 of the key, in hex. */
  readonly digest: string;
  /** The key's last four characters, as far as they are known. */
  readonly hint: string;
  readonly alias: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly organizationId: string | null;
  readonly models: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly maxBudgetNanoUsd: NanoUsd | null;
  readonly rpmLimit: number | null;
  readonly terms: KeyTerms;
  readonly expiresAtMs: number | null;
  readonly blocked: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
};

const IN_USE = 'revoked_at_ms IS NULL';

/** By its digest, whichever key in use has it, as its secret or as a former one that still works. */
export async function findMovedKeys(
  reader: Reader,
  pepper: KeyObject,
  digests: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, RowNow>> {
  const digestOf = new Map(digests.map((digest) => [storedHash(pepper, digest), digest]));
  const hashes = [...digestOf.keys()];
  const now = await selectIn(reader, { table: 'access_virtual_key', column: 'hash', where: IN_USE }, hashes);
  const stillWork = { table: 'access_former_secret', column: 'hash', where: `until_ms > ${Math.round(nowMs)}` };
  const former = (await selectIn(reader, stillWork, hashes)).map(({ hash, key_id: id }) => ({
    id,
    hash,
    changed_seq: 0,
  }));
  return new Map(
    [...former, ...now].map((row) => [
      digestOf.get(String(row['hash'])) ?? '',
      { id: String(row['id']), changedSeq: Number(row['changed_seq']), isInUse: true },
    ]),
  );
}

/** By their ids, revoked ones among them. */
export async function readKeysNow(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, RowNow>> {
  const rows = await selectIn(reader, { table: 'access_virtual_key', column: 'id', where: 'true' }, ids);
  return new Map(
    rows.map((row) => [
      String(row['id']),
      { id: String(row['id']), changedSeq: Number(row['changed_seq']), isInUse: row['revoked_at_ms'] === null },
    ]),
  );
}

/** Which key in use has each of the aliases. */
export async function readAliasesNow(reader: Reader, aliases: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await selectIn(reader, { table: 'access_virtual_key', column: 'alias', where: IN_USE }, aliases);
  return new Map(rows.map((row) => [String(row['alias']), String(row['id'])]));
}

const COLUMNS: BulkInsert['columns'] = {
  id: 'text',
  hash: 'text',
  hint: 'text',
  alias: 'text',
  user_id: 'text',
  team_id: 'text',
  project_id: 'text',
  organization_id: 'text',
  models: 'text',
  aliases: 'text',
  metadata: 'text',
  max_budget_nano: 'bigint',
  rpm_limit: 'bigint',
  terms: 'text',
  expires_at_ms: 'bigint',
  blocked: 'integer',
  created_at_ms: 'bigint',
  created_by: 'text',
  changed_seq: 'bigint',
};

const insertOnly: BulkInsert = { table: 'access_virtual_key', columns: COLUMNS, onConflict: 'ON CONFLICT DO NOTHING' };

/** What a key is stays: its secret, who made it and when. */
const KEPT: ReadonlySet<string> = new Set(['id', 'hash', 'hint', 'created_at_ms', 'created_by']);
const CHANGED = Object.keys(COLUMNS).filter((name) => !KEPT.has(name));

const overwrite: BulkInsert = {
  table: 'access_virtual_key',
  columns: COLUMNS,
  onConflict: `ON CONFLICT (id) DO UPDATE SET ${CHANGED.map((name) => `${name} = excluded.${name}`).join(', ')}`,
};

const MAX_DRAWS = 5;

/** Digests and aliases are known to be free. Answers the ids that they were given, in order. */
export async function insertMovedKeys(
  session: Session,
  pepper: KeyObject,
  keys: readonly MovedKey[],
  changedSeq: number,
): Promise<readonly string[]> {
  const ids: string[] = keys.map(() => newPublicId());
  let left = keys.map((_, index) => index);
  for (let draw = 1; left.length > 0; draw++) {
    if (draw > MAX_DRAWS) throw new Error('no free public id was found for a key');
    const tried = left.flatMap((index) => {
      const key = keys[index];
      return key === undefined ? [] : [{ index, key }];
    });
    const isNew = await session.insert(
      insertOnly,
      tried.map(({ index, key }) => rowOf(ids[index] ?? '', pepper, key, changedSeq)),
    );
    left = tried.filter((_, nth) => isNew[nth] !== true).map(({ index }) => index);
    // Six letters meet another's now and then.
    for (const index of left) ids[index] = newPublicId();
  }
  return ids;
}

/** Their secrets stay as they are. */
export async function overwriteMovedKeys(
  session: Session,
  pepper: KeyObject,
  keys: readonly { readonly id: string; readonly key: MovedKey }[],
  changedSeq: number,
): Promise<void> {
  await session.insert(
    overwrite,
    keys.map(({ id, key }) => rowOf(id, pepper, key, changedSeq)),
  );
}

function rowOf(id: string, pepper: KeyObject, key: MovedKey, changedSeq: number) {
  return [
    id,
    storedHash(pepper, key.digest),
    key.hint,
    key.alias,
    key.userId,
    key.teamId,
    key.projectId,
    key.organizationId,
    JSON.stringify(key.models),
    JSON.stringify(key.aliases),
    JSON.stringify(key.metadata),
    key.maxBudgetNanoUsd,
    key.rpmLimit,
    JSON.stringify(key.terms),
    key.expiresAtMs,
    key.blocked ? 1 : 0,
    key.createdAtMs,
    key.createdBy,
    changedSeq,
  ];
}
