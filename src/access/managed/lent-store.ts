import type { Database, Row } from '../../store/index.ts';
import type { IncreaseTerms, KeyTerms } from '../key-terms.ts';
import type { PartyRowKind } from '../parties/party.ts';

/** Somebody whose every budget is larger for a while. */
export type Lent = IncreaseTerms & { readonly kind: PartyRowKind | 'key'; readonly id: string };

/** Found by an index of these alone: written as it is there. */
const IS_LENT = `terms LIKE '%"ofAll":true%'`;

export async function listLent(database: Database, nowMs: number): Promise<readonly Lent[]> {
  const [parties, keys] = await Promise.all([
    database.query(
      `SELECT kind, id, terms FROM access_party WHERE ${IS_LENT} AND deleted_at_ms IS NULL ORDER BY kind, id`,
    ),
    database.query(
      `SELECT 'key' AS kind, id, terms FROM access_virtual_key WHERE ${IS_LENT} AND revoked_at_ms IS NULL ORDER BY id`,
    ),
  ]);
  return [...parties, ...keys].flatMap((row) => lentIn(row, nowMs));
}

function lentIn(row: Row, nowMs: number): readonly Lent[] {
  const { increase } = JSON.parse(String(row['terms'])) as KeyTerms;
  if (increase?.ofAll !== true || increase.untilMs <= nowMs) return [];
  return [{ ...increase, kind: String(row['kind']) as Lent['kind'], id: String(row['id']) }];
}
