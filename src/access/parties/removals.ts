import type { Statement } from '../../store/index.ts';
import { RAISED } from '../change-counter.ts';
import type { PartyRowKind } from './party.ts';

const IN_USE = 'deleted_at_ms IS NULL';
const TEAMS_OF_ORGANIZATION = `SELECT id FROM access_party WHERE kind = 'team' AND organization_id = ? AND ${IN_USE}`;
const PROJECTS_OF_TEAM = `SELECT id FROM access_party WHERE kind = 'project' AND team_id = ? AND ${IN_USE}`;
const PROJECTS_OF_ORGANIZATION = `SELECT id FROM access_party WHERE kind = 'project' AND ${IN_USE}
  AND (organization_id = ? OR team_id IN (${TEAMS_OF_ORGANIZATION}))`;

/** What goes with one of a kind, as conditions that name it by `?`: keys, and parties beside itself. */
type Belongings = { readonly keys?: string; readonly parties?: string };

const BELONGINGS: Readonly<Record<PartyRowKind, Belongings>> = {
  organization: {
    keys: `organization_id = ? OR team_id IN (${TEAMS_OF_ORGANIZATION}) OR project_id IN (${PROJECTS_OF_ORGANIZATION})`,
    parties: `kind IN ('project', 'organization_member') AND organization_id = ?
      OR kind IN ('project', 'member') AND team_id IN (${TEAMS_OF_ORGANIZATION})
      OR kind = 'team' AND organization_id = ?`,
  },
  team: {
    keys: `team_id = ? OR project_id IN (${PROJECTS_OF_TEAM})`,
    parties: `kind IN ('project', 'member') AND team_id = ?`,
  },
  project: { keys: 'project_id = ?' },
  user: { keys: 'user_id = ?', parties: `kind IN ('member', 'organization_member') AND user_id = ?` },
  member: { keys: `team_id = ? AND user_id = ?` },
  organization_member: {},
  customer: {},
  tag: {},
  budget: {},
};

/** Keys first: who belongs to whom is asked of rows that are still in use. */
export function removals(kind: PartyRowKind, ids: readonly string[], nowMs: number): readonly Statement[] {
  const { keys, parties } = BELONGINGS[kind];
  return ids.flatMap((id) => [
    // A member's id is that of its team and that of its user.
    ...(keys === undefined ? [] : [update('access_virtual_key', 'revoked_at_ms', keys, id.split('\n'), nowMs)]),
    ...(parties === undefined ? [] : [update('access_party', 'deleted_at_ms', parties, [id], nowMs)]),
    update('access_party', 'deleted_at_ms', `kind = '${kind}' AND id = ?`, [id], nowMs),
  ]);
}

/** Each `?` of the condition stands for the next of the names, which begin again when they are over. */
function update(table: string, column: string, condition: string, names: readonly string[], nowMs: number): Statement {
  const count = condition.split('?').length - 1;
  const values = Array.from({ length: count }, (_, index) => names[index % names.length] ?? '');
  return {
    sql: `UPDATE ${table} SET ${column} = ?, changed_seq = ${RAISED} WHERE ${column} IS NULL AND (${condition})`,
    values: [nowMs, ...values],
  };
}
