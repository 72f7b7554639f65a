import type { DirectDatabase, Session } from '../../store/index.ts';
import { type LitellmRow, textIn, textsIn } from './litellm-row.ts';
import type { MovedKind } from './moved.ts';

export const ROWS_PER_PAGE = 2_000;

/** LiteLLM's database at one moment. */
export type LitellmSource = {
  /** All rows of a kind, a page at a time. null: this version of LiteLLM has no such table. */
  readonly pages: (kind: MovedKind) => AsyncIterable<readonly LitellmRow[]> | null;
  readonly accessGroups: ReadonlyMap<string, readonly string[]>;
  /** Models, credentials and settings that were made in its dashboard; few. */
  readonly rowsOf: (table: LitellmTable) => Promise<readonly LitellmRow[]>;
};

export type LitellmTable = 'LiteLLM_ProxyModelTable' | 'LiteLLM_CredentialsTable' | 'LiteLLM_Config';

const BUDGET = 'LEFT JOIN "LiteLLM_BudgetTable" AS b ON b.budget_id = t.budget_id';
const WITH_BUDGET = "to_jsonb(t) || jsonb_build_object('budget', to_jsonb(b))";

/** The table that a kind needs, what is read of each row, and from where. Columns that a version lacks are not missed. */
const QUERIES: Readonly<Record<MovedKind, { readonly table: string; readonly row: string; readonly from: string }>> = {
  budget: { table: 'LiteLLM_BudgetTable', row: 'to_jsonb(t)', from: '"LiteLLM_BudgetTable" AS t' },
  organization: withBudget('LiteLLM_OrganizationTable'),
  user: { table: 'LiteLLM_UserTable', row: 'to_jsonb(t)', from: '"LiteLLM_UserTable" AS t' },
  team: {
    table: 'LiteLLM_TeamTable',
    row: "to_jsonb(t) || jsonb_build_object('model_aliases', m.aliases, 'member_budget', to_jsonb(b))",
    from: `"LiteLLM_TeamTable" AS t LEFT JOIN "LiteLLM_ModelTable" AS m ON m.id = t.model_id
      LEFT JOIN "LiteLLM_BudgetTable" AS b ON b.budget_id = t.metadata ->> 'team_member_budget_id'`,
  },
  project: withBudget('LiteLLM_ProjectTable'),
  member: {
    table: 'LiteLLM_TeamMembership',
    row: `r.value || jsonb_build_object('team_id', t.team_id, 'spend', s.spend, 'budget_id', s.budget_id,
      'default_budget_id', t.metadata ->> 'team_member_budget_id', 'budget', to_jsonb(b))`,
    from: `"LiteLLM_TeamTable" AS t
      CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(t.members_with_roles) WHEN 'array' THEN t.members_with_roles ELSE '[]'::jsonb END) AS r
      LEFT JOIN "LiteLLM_TeamMembership" AS s ON s.team_id = t.team_id AND s.user_id = r.value ->> 'user_id'
      LEFT JOIN "LiteLLM_BudgetTable" AS b ON b.budget_id = s.budget_id`,
  },
  organization_member: withBudget('LiteLLM_OrganizationMembership'),
  customer: withBudget('LiteLLM_EndUserTable'),
  tag: withBudget('LiteLLM_TagTable'),
  key: withBudget('LiteLLM_VerificationToken'),
};

function withBudget(table: string) {
  return { table, row: WITH_BUDGET, from: `"${table}" AS t ${BUDGET}` };
}

/** There is a LiteLLM, but not here. */
export class NoLitellmError extends Error {}

/**
 * Reads in one transaction that can write nothing: what is read is of one moment, whatever LiteLLM does meanwhile. A
 * schema other than `public` is the one that Prisma's address names.
 */
export function readLitellm<T>(
  database: DirectDatabase,
  schema: string,
  read: (source: LitellmSource) => Promise<T>,
): Promise<T> {
  return database.transaction(async (session) => {
    await session.script('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await session.script(`SET LOCAL search_path TO "${schema.replaceAll('"', '""')}"`);
    const tables = await tablesIn(session, schema);
    if (!tables.has('LiteLLM_VerificationToken')) {
      throw new NoLitellmError(`there are no tables of LiteLLM in the schema ${schema} of this database`);
    }
    return read({
      pages: (kind) => (tables.has(QUERIES[kind].table) ? pagesOf(session, kind) : null),
      accessGroups: tables.has('LiteLLM_AccessGroupTable') ? await readAccessGroups(session) : new Map(),
      rowsOf: async (table) =>
        tables.has(table) ? rowsIn(await session.query(`SELECT to_jsonb(t)::text AS row FROM "${table}" AS t`)) : [],
    });
  });
}

async function tablesIn(session: Session, schema: string): Promise<ReadonlySet<string>> {
  const sql = 'SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = ?';
  return new Set((await session.query(sql, [schema])).map((row) => String(row['tablename'])));
}

/** One cursor: what comes between two pages is neither missed nor seen twice. */
async function* pagesOf(session: Session, kind: MovedKind): AsyncGenerator<readonly LitellmRow[]> {
  const { row, from } = QUERIES[kind];
  await session.script(`DECLARE moving_${kind} NO SCROLL CURSOR FOR SELECT (${row})::text AS row FROM ${from}`);
  for (;;) {
    const rows = rowsIn(await session.query(`FETCH ${ROWS_PER_PAGE} FROM moving_${kind}`));
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_PAGE) break;
  }
  await session.script(`CLOSE moving_${kind}`);
}

function rowsIn(rows: Awaited<ReturnType<Session['query']>>): readonly LitellmRow[] {
  return rows.map((row) => JSON.parse(String(row['row'])) as LitellmRow);
}

async function readAccessGroups(session: Session): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = rowsIn(await session.query('SELECT to_jsonb(t)::text AS row FROM "LiteLLM_AccessGroupTable" AS t'));
  return new Map(rows.map((row) => [textIn(row, 'access_group_id') ?? '', textsIn(row, 'access_model_names')]));
}
