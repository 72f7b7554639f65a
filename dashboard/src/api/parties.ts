import { api, type Call, type Query } from './client.ts';

/** What every party, a team or a customer say, may use and has spent. */
export type Terms = {
  readonly spend: number;
  readonly max_budget: number | null;
  readonly soft_budget: number | null;
  readonly budget_duration: string | null;
  readonly budget_reset_at: string | null;
  readonly rpm_limit: number | null;
  readonly tpm_limit: number | null;
  readonly max_parallel_requests: number | null;
};

/** A party as a list has it. */
export type PartyRow = Partial<Terms> & {
  readonly id: string;
  /** What people call it; null: nothing but its id. */
  readonly name: string | null;
  readonly models: readonly string[];
  readonly blocked: boolean;
  readonly created_at: string | null;
  /** The line of the configuration that manages it; null: it is changed here. */
  readonly managed_at: string | null;
  /** Everything else that the API says of it. */
  readonly raw: Readonly<Record<string, unknown>>;
};

export type Body = Readonly<Record<string, unknown>>;

const ROWS_AT_ONCE = 500;
/** More are found by the search of the list's own page. */
const MOST_PAGES = 20;

/** All pages of a list that comes in pages. */
export async function everyPage<Answer extends { readonly total_pages: number }>(
  path: string,
  query: Query,
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await api<Answer>(path, { query: { ...query, page, page_size: ROWS_AT_ONCE }, signal });
    answers.push(answer);
    if (page >= answer.total_pages) break;
  }
  return answers;
}

/** All rows of a list that is an array, some at a time. */
export async function everyRow(path: string, signal: AbortSignal): Promise<readonly Body[]> {
  const rows: Body[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const some = await api<readonly Body[]>(path, { query: { page, page_size: ROWS_AT_ONCE }, signal });
    rows.push(...some);
    if (some.length < ROWS_AT_ONCE) break;
  }
  return rows;
}

export const send = (path: string, body: Body, method: Call['method'] = 'POST'): Promise<unknown> =>
  api(path, { method, body });

/** LiteLLM's row of some kinds has what they may use in a table of its own: here beside the rest, which goes before it. */
export function flat(row: Body): Body {
  const { litellm_budget_table: table } = row;
  return typeof table === 'object' && table !== null ? { ...table, ...row } : row;
}

/** The fields that all parties have, from a row of the API. */
export function partyOf(raw: Body, id: unknown, name: unknown): PartyRow {
  const { models, blocked, created_at, managed_at } = raw;
  return {
    ...(raw as Partial<Terms>),
    id: String(id),
    name: typeof name === 'string' && name !== '' ? name : null,
    models: Array.isArray(models) ? models.map(String) : [],
    blocked: blocked === true,
    created_at: typeof created_at === 'string' ? created_at : null,
    managed_at: typeof managed_at === 'string' ? managed_at : null,
    raw,
  };
}
