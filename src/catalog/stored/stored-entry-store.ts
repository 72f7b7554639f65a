import type { SealedFor, Vault } from '../../std/index.ts';
import type { Database, Row, Statement } from '../../store/index.ts';
import type { JsonFacts, ReceiverOf, StoredEntry } from './stored-entry.ts';

/** Raises the change counter first: its row stays locked until the commit, so commits come in the counter's order. */
export const RAISE: Statement = { sql: 'UPDATE catalog_change SET seq = seq + 1 WHERE one = 1', values: [] };
const RAISED = '(SELECT seq FROM catalog_change WHERE one = 1)';

/** The tenant of what is everybody's: the operator. */
const OPERATOR = 'operator';

const COLUMNS = 'kind, id, facts, sealed, created_at_ms, created_by, updated_at_ms, updated_by, changed_seq';

/** Which change was the last. */
export async function readChangeSeq(database: Database): Promise<number> {
  const [row] = await database.query('SELECT seq FROM catalog_change WHERE one = 1');
  return Number(row?.['seq'] ?? 0);
}

/** An entry as it is kept: its secrets are shut. */
export type SealedEntry = Omit<StoredEntry, 'secrets'> & { readonly sealed: string | null };

/** In the order in which they were made. */
export async function readEntries(database: Database): Promise<readonly SealedEntry[]> {
  const rows = await database.query(`SELECT ${COLUMNS} FROM catalog_entry ORDER BY created_at_ms, kind, id`);
  return rows.map(entryInRow);
}

export async function findEntry(database: Database, kind: string, id: string): Promise<SealedEntry | null> {
  const [row] = await database.query(`SELECT ${COLUMNS} FROM catalog_entry WHERE kind = ? AND id = ?`, [kind, id]);
  return row === undefined ? null : entryInRow(row);
}

/** Whom and what for its secrets are sealed: tenant, row, and whoever they are sent to. */
export function sealedFor({ kind, id, facts }: Pick<StoredEntry, 'kind' | 'id' | 'facts'>, to: ReceiverOf): SealedFor {
  return [OPERATOR, `catalog_entry/${kind}/${id}`, to({ kind, facts })];
}

/** null: they do not open, because the row is not as it was written, or for want of the right secret key. */
export async function openSecrets(entry: SealedEntry, vault: Vault, to: ReceiverOf): Promise<JsonFacts | null> {
  if (entry.sealed === null) return {};
  const text = await vault.open(entry.sealed, sealedFor(entry, to));
  return text === null ? null : (JSON.parse(text) as JsonFacts);
}

/** null: there is nothing to seal. */
export async function sealSecrets(
  entry: Pick<StoredEntry, 'kind' | 'id' | 'facts' | 'secrets'>,
  vault: Vault,
  to: ReceiverOf,
): Promise<string | null> {
  const { secrets } = entry;
  if (Object.keys(secrets).length === 0) return null;
  return vault.seal(JSON.stringify(secrets), sealedFor(entry, to));
}

export function insertOf(entry: Omit<SealedEntry, 'changedSeq'>): Statement {
  const { kind, id, facts, sealed, createdAtMs, createdBy, updatedAtMs, updatedBy } = entry;
  return {
    sql: `INSERT INTO catalog_entry (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${RAISED})`,
    values: [kind, id, JSON.stringify(facts), sealed, createdAtMs, createdBy, updatedAtMs, updatedBy],
  };
}

/** Changes nothing where somebody else has changed it since it was read. */
export function updateOf({ kind, id, facts, sealed, updatedAtMs, updatedBy, changedSeq }: SealedEntry): Statement {
  return {
    sql: `UPDATE catalog_entry SET facts = ?, sealed = ?, updated_at_ms = ?, updated_by = ?, changed_seq = ${RAISED}
      WHERE kind = ? AND id = ? AND changed_seq = ?`,
    values: [JSON.stringify(facts), sealed, updatedAtMs, updatedBy, kind, id, changedSeq],
  };
}

/** Nothing of what the entry says changes, and nobody need read it again. Changes nothing where another text is sealed. */
export function resealOf({ kind, id, sealed }: SealedEntry, resealed: string): Statement {
  return {
    sql: 'UPDATE catalog_entry SET sealed = ? WHERE kind = ? AND id = ? AND sealed = ?',
    values: [resealed, kind, id, sealed],
  };
}

export function deleteOf({ kind, id }: Pick<StoredEntry, 'kind' | 'id'>): Statement {
  return { sql: 'DELETE FROM catalog_entry WHERE kind = ? AND id = ?', values: [kind, id] };
}

/** What is true at the end of a write that changed the entry. */
export function entryChanged({ kind, id }: Pick<StoredEntry, 'kind' | 'id'>) {
  const sql = `EXISTS (SELECT 1 FROM catalog_entry WHERE kind = ? AND id = ? AND changed_seq = ${RAISED})`;
  return { sql, values: [kind, id] };
}

function entryInRow(row: Row): SealedEntry {
  return {
    kind: String(row['kind']) as StoredEntry['kind'],
    id: String(row['id']),
    facts: JSON.parse(String(row['facts'])) as JsonFacts,
    sealed: typeof row['sealed'] === 'string' ? row['sealed'] : null,
    createdAtMs: Number(row['created_at_ms']),
    createdBy: String(row['created_by']),
    updatedAtMs: Number(row['updated_at_ms']),
    updatedBy: String(row['updated_by']),
    changedSeq: Number(row['changed_seq']),
  };
}
