import type { Caller } from '../inference/index.ts';
import type { Database, SqlValue } from '../store/index.ts';
import type { Party, PartyKind } from './parties/party.ts';
import type { VirtualKey } from './virtual-key.ts';
import { packedRow, unpackKey } from './virtual-key-row.ts';

/** Whose keys a management key has in its hands: those of one organization, or those that belong to none. */
export type KeyHouse = { readonly organizationId: string | null };

/** All houses: the operator's view. */
export type KeyView = KeyHouse | 'all';

type FindParty = (kind: PartyKind, id: string) => Party | null;

/** The operator sees all, a management key those of its house. */
export function viewOf({ kind, organizationId }: Caller): KeyView {
  return kind === 'master' ? 'all' : { organizationId };
}

/** Management keys are no part of it: they are made, seen and revoked by the operator alone. */
export function isInView({ caller }: VirtualKey, view: KeyView, party: FindParty): boolean {
  if (caller.kind !== 'virtual-key') return false;
  return view === 'all' || organizationOf(caller, party) === view.organizationId;
}

/** A key's own, or that of its team, or of its project's team. */
function organizationOf({ organizationId, teamId, projectId }: Caller, party: FindParty): string | null {
  if (organizationId !== null) return organizationId;
  const team = teamId ?? (projectId === null ? null : (party('project', projectId)?.teamId ?? null));
  return team === null ? null : (party('team', team)?.organizationId ?? null);
}

/** The same in SQL. */
const TEAM_OF_PROJECT =
  "(SELECT team_id FROM access_party WHERE kind = 'project' AND id = one.project_id AND deleted_at_ms IS NULL)";
const ORGANIZATION =
  "coalesce(one.organization_id, (SELECT organization_id FROM access_party WHERE kind = 'team' " +
  `AND id = coalesce(one.team_id, ${TEAM_OF_PROJECT}) AND deleted_at_ms IS NULL))`;

/** As `KeyTerms` is written to its column; what a caller says within it has its quotes escaped. */
const OTHER_KINDS = ['%"isManagement":true%', '%"isScim":true%'];

/** Those of a view in use, newest first. */
export async function listView(
  database: Database,
  view: KeyView,
  page: {
    readonly offset: number;
    readonly limit: number;
    readonly blockedToo: boolean;
    readonly projectId?: string | null | undefined;
  },
): Promise<readonly VirtualKey[]> {
  const terms = [
    'revoked_at_ms IS NULL',
    'terms NOT LIKE ? AND terms NOT LIKE ?',
    ...(page.blockedToo ? [] : ['blocked = 0']),
  ];
  const values: SqlValue[] = [...OTHER_KINDS];
  if (view !== 'all') {
    terms.push(view.organizationId === null ? `${ORGANIZATION} IS NULL` : `${ORGANIZATION} = ?`);
    if (view.organizationId !== null) values.push(view.organizationId);
  }
  if (page.projectId !== undefined) {
    terms.push(page.projectId === null ? 'project_id IS NULL' : 'project_id = ?');
    if (page.projectId !== null) values.push(page.projectId);
  }
  const rows = await database.query(
    `SELECT hash, ${packedRow(database.kind, 'whole')} AS packed FROM access_virtual_key AS one WHERE ${terms.join(' AND ')}
     ORDER BY created_at_ms DESC, id DESC LIMIT ? OFFSET ?`,
    [...values, page.limit, page.offset],
  );
  return rows.map((row) => unpackKey(String(row['hash']), String(row['packed'])));
}
