import type { Reader } from '../../access/index.ts';
import { type BulkInsert, bigintOf, type Database, ROWS_OF_EACH, type Session } from '../../store/index.ts';
import type { CountedKind } from './moved.ts';

/** What is remembered of a row that came over. */
export type ImportRecord = {
  readonly sourceId: string;
  readonly targetId: string;
  /** Of what was made of the row there. */
  readonly sourceHash: string;
  /** Of the row here, when it was written. */
  readonly changedSeq: number;
  /** What was opened with in all, of which window, and by how many postings. */
  readonly openedNano: bigint;
  readonly openedWindow: string;
  readonly openings: number;
};

/** By the id of the row there. */
export async function readImports(
  reader: Reader,
  source: string,
  kind: CountedKind,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, ImportRecord>> {
  const sql = ROWS_OF_EACH[reader.kind]('administration_import', 'source_id', 'source = ? AND kind = ?');
  const rows = await reader.query(sql, [JSON.stringify(sourceIds), source, kind]);
  const records = rows.map(
    (row): ImportRecord => ({
      sourceId: String(row['source_id']),
      targetId: String(row['target_id']),
      sourceHash: String(row['source_hash']),
      changedSeq: Number(row['changed_seq']),
      openedNano: bigintOf(row['opened_nano']),
      openedWindow: String(row['opened_window']),
      openings: Number(row['openings']),
    }),
  );
  return new Map(records.map((record) => [record.sourceId, record]));
}

const upsert: BulkInsert = {
  table: 'administration_import',
  columns: {
    source_id: 'text',
    source: 'text',
    kind: 'text',
    target_id: 'text',
    source_hash: 'text',
    changed_seq: 'bigint',
    opened_nano: 'bigint',
    opened_window: 'text',
    openings: 'bigint',
  },
  onConflict: `ON CONFLICT (source, kind, source_id) DO UPDATE SET target_id = excluded.target_id,
    source_hash = excluded.source_hash, changed_seq = excluded.changed_seq, opened_nano = excluded.opened_nano,
    opened_window = excluded.opened_window, openings = excluded.openings`,
};

export async function writeImports(
  session: Session,
  source: string,
  kind: CountedKind,
  records: readonly ImportRecord[],
): Promise<void> {
  await session.insert(
    upsert,
    records.map((each) => [
      each.sourceId,
      source,
      kind,
      each.targetId,
      each.sourceHash,
      each.changedSeq,
      each.openedNano,
      each.openedWindow,
      each.openings,
    ]),
  );
}

/** Of all that ever came over, the rows there and here. */
export async function listImported(
  reader: Pick<Database, 'query'>,
  source: string,
  kind: CountedKind,
): Promise<readonly (readonly [sourceId: string, targetId: string])[]> {
  const sql = 'SELECT source_id, target_id FROM administration_import WHERE source = ? AND kind = ? ORDER BY source_id';
  return (await reader.query(sql, [source, kind])).map((row) => [String(row['source_id']), String(row['target_id'])]);
}
