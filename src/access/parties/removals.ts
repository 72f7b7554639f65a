import type { Database, Statement } from '../../store/index.ts';
import { RAISED } from '../change-counter.ts';
import { forgetPerson } from '../people/leaving.ts';
import type { PartyRowKind } from './party.ts';

const IN_USE = 'deleted_at_ms IS NULL';
const TEAMS_OF_ORGANIZATION = `SELECT id FROM access_party WHERE kind = 'team' AND organization_id = ? AND ${IN_USE}`;
const PROJECTS_OF_TEAM = `SELECT id FROM access_party WHERE kind = 'project' AND team_id = ? AND ${IN_USE}`;
const PROJECTS_OF_ORGANIZATION = `SELECT id FROM access_party WHERE kind = 'project' AND ${IN_USE}
  AND (organization_id = ? OR team_id IN (${TEAMS_OF_ORGANIZATION}))`;

/** The configuration's keys end when it no longer has them. */
const OF_NO_FILE = `terms NOT LIKE '%"managedAt":"%'`;

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
    ...(keys === undefined
      ? []
      : [update('access_virtual_key', 'revoked_at_ms', `(${keys}) AND ${OF_NO_FILE}`, id.split('\n'), nowMs)]),
    ...(parties === undefined ? [] : [update('access_party', 'deleted_at_ms', parties, [id], nowMs)]),
    update('access_party', 'deleted_at_ms', `kind = '${kind}' AND id = ?`, [id], nowMs),
    ...(kind === 'user' ? forgetPerson(id) : []),
  ]);
}

/** Something that would go with it and that the configuration has; null: there is nothing. */
export async function findManagedOf(
  database: Database,
  kind: PartyRowKind,
  id: string,
): Promise<{ readonly what: string; readonly place: string } | null> {
  const { keys, parties } = BELONGINGS[kind];
  const asked = [
    ...(keys === undefined ? [] : [managed('key', `SELECT id FROM access_virtual_key WHERE ${keys}`, id.split('\n'))]),
    ...(parties === undefined
      ? []
      : [managed(null, `SELECT kind || ' ' || id FROM access_party WHERE ${parties}`, [id])]),
  ];
  for (const { sql, values } of asked) {
    const [row] = await database.query(sql, values);
    if (row === undefined) continue;
    return { what: `${row['kind']} '${String(row['name']).replace('\n', '/')}'`, place: String(row['place']) };
  }
  return null;
}

function managed(kind: 'key' | null, selected: string, names: readonly string[]): Statement {
  const own = kind === null ? "kind || ' ' || id" : 'id';
  return {
    sql: `SELECT kind, name, place FROM access_managed WHERE removed_at_ms IS NULL AND kind ${kind === null ? '<>' : '='} 'key'
      AND ${own} IN (${selected}) ORDER BY name LIMIT 1`,
    values: valuesOf(selected, names),
  };
}

function valuesOf(condition: string, names: readonly string[]): readonly string[] {
  const count = condition.split('?').length - 1;
  return Array.from({ length: count }, (_, index) => names[index % names.length] ?? '');
}

/** Each `?` of the condition stands for the next of the names, which begin again when they are over. */
function update(table: string, column: string, condition: string, names: readonly string[], nowMs: number): Statement {
  const values = valuesOf(condition, names);
  return {
    sql: `UPDATE ${table} SET ${column} = ?, changed_seq = ${RAISED} WHERE ${column} IS NULL AND (${condition})`,
    values: [nowMs, ...values],
  };
}
