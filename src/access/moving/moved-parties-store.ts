import type { BulkInsert, Session } from '../../store/index.ts';
import type { PartyFacts, PartyRowKind } from '../parties/party.ts';
import { type Reader, type RowNow, selectIn } from './moved-rows.ts';

/** A party that comes from elsewhere. */
export type MovedParty = Omit<PartyFacts, 'updatedAtMs' | 'updatedBy' | 'deletedAtMs' | 'changedSeq'>;

/** By their ids, deleted ones among them. */
export async function readPartiesNow(
  reader: Reader,
  kind: PartyRowKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RowNow>> {
  const rows = await selectIn(reader, { table: 'access_party', column: 'id', where: `kind = '${kind}'` }, ids);
  return new Map(
    rows.map((row) => [
      String(row['id']),
      { id: String(row['id']), changedSeq: Number(row['changed_seq']), isInUse: row['deleted_at_ms'] === null },
    ]),
  );
}

/** Which user has each of the addresses, which are in lower case. */
export async function readEmailsNow(reader: Reader, emails: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await selectIn(
    reader,
    { table: 'access_party', column: 'email', where: 'deleted_at_ms IS NULL' },
    emails,
  );
  return new Map(rows.map((row) => [String(row['email']), String(row['id'])]));
}

const COLUMNS: BulkInsert['columns'] = {
  id: 'text',
  kind: 'text',
  alias: 'text',
  organization_id: 'text',
  team_id: 'text',
  user_id: 'text',
  budget_id: 'text',
  role: 'text',
  email: 'text',
  models: 'text',
  aliases: 'text',
  metadata: 'text',
  max_budget_nano: 'bigint',
  rpm_limit: 'bigint',
  terms: 'text',
  settings: 'text',
  blocked: 'integer',
  created_at_ms: 'bigint',
  created_by: 'text',
  updated_at_ms: 'bigint',
  updated_by: 'text',
  deleted_at_ms: 'bigint',
  changed_seq: 'bigint',
};

const KEPT: ReadonlySet<string> = new Set(['id', 'kind', 'created_at_ms', 'created_by']);
const CHANGED = Object.keys(COLUMNS).filter((name) => !KEPT.has(name));

/** A deleted one gives its id back. */
const overwrite: BulkInsert = {
  table: 'access_party',
  columns: COLUMNS,
  onConflict: `ON CONFLICT (kind, id) DO UPDATE SET ${CHANGED.map((name) => `${name} = excluded.${name}`).join(', ')}`,
};

/** Of one kind. Addresses are known to be free. */
export async function writeMovedParties(
  session: Session,
  parties: readonly MovedParty[],
  changedSeq: number,
  nowMs: number,
): Promise<void> {
  await session.insert(
    overwrite,
    parties.map((party) => [
      party.id,
      party.kind,
      party.alias,
      party.organizationId,
      party.teamId,
      party.userId,
      party.budgetId,
      party.role,
      party.email,
      JSON.stringify(party.models),
      JSON.stringify(party.aliases),
      JSON.stringify(party.metadata),
      party.maxBudgetNanoUsd,
      party.rpmLimit,
      JSON.stringify(party.terms),
      JSON.stringify(party.settings),
      party.blocked ? 1 : 0,
      party.createdAtMs,
      party.createdBy,
      nowMs,
      party.createdBy,
      null,
      changedSeq,
    ]),
  );
}
