import { z } from 'zod';
import { GatewayError } from '../../inference/index.ts';
import type { AuditEntry, AuditFilter, AuditPage } from '../../telemetry/index.ts';
import { type Route, route } from '../route.ts';

/** Newest first. */
export type AuditReader = (
  filter: AuditFilter,
  paging: { readonly page: number; readonly size: number },
) => Promise<AuditPage>;

/** LiteLLM's names of its tables, by what is kept in them. */
const TABLES: Readonly<Record<string, string>> = {
  key: 'LiteLLM_VerificationToken',
  team: 'LiteLLM_TeamTable',
  member: 'LiteLLM_TeamMembership',
  user: 'LiteLLM_UserTable',
  organization: 'LiteLLM_OrganizationTable',
  organization_member: 'LiteLLM_OrganizationMembership',
  project: 'LiteLLM_ProjectTable',
  customer: 'LiteLLM_EndUserTable',
  tag: 'LiteLLM_TagTable',
  budget: 'LiteLLM_BudgetTable',
  deployment: 'LiteLLM_ProxyModelTable',
  credential: 'LiteLLM_CredentialsTable',
};

/** LiteLLM's words for what was done. */
const VERBS: Readonly<Record<string, string>> = { create: 'created', change: 'updated', delete: 'deleted' };

const date = z
  .string()
  .refine((text) => Number.isFinite(Date.parse(text)), { error: 'expected a date such as 2026-12-01' })
  .transform((text) => Date.parse(text));

const auditQuery = z.looseObject({
  page: z.coerce.number().int().positive().default(1),
  page_size: z.coerce.number().int().positive().max(100).default(10),
  changed_by: z.string().optional(),
  changed_by_api_key: z.string().optional(),
  action: z.enum(['created', 'updated', 'deleted']).optional(),
  table_name: z.string().optional(),
  object_id: z.string().optional(),
  start_date: date.optional(),
  end_date: date.optional(),
});

/** Who changed what. Nothing here can be changed: the table takes new rows only. */
export function auditRoutes(read: AuditReader): readonly Route[] {
  return [list(read), one(read)];
}

function list(read: AuditReader): Route {
  return route({
    method: 'GET',
    path: '/audit',
    summary: 'Who changed what, newest first.',
    action: 'audit.read',
    query: auditQuery,
    answer: async ({ query }) => {
      const { page, page_size: size } = query;
      const { entries, total } = await read(filterOf(query), { page, size });
      return {
        body: {
          audit_logs: entries.map(encode),
          total,
          page,
          page_size: size,
          total_pages: Math.ceil(total / size),
        },
      };
    },
  });
}

function one(read: AuditReader): Route {
  return route({
    method: 'GET',
    path: '/audit/*',
    summary: 'One change.',
    action: 'audit.read',
    answer: async ({ rest }) => {
      const seq = Number(rest);
      const { entries } = Number.isSafeInteger(seq) ? await read({ seq }, { page: 1, size: 1 }) : { entries: [] };
      const [entry] = entries;
      if (entry === undefined)
        throw new GatewayError('not_found', `There is no audit entry '${rest}'.`, { param: 'id' });
      return { body: encode(entry) };
    },
  });
}

function filterOf(query: z.output<typeof auditQuery>): AuditFilter {
  const { action: done, table_name: table } = query;
  const kind = table === undefined ? undefined : (Object.keys(TABLES).find((name) => TABLES[name] === table) ?? table);
  return {
    changedBy: query.changed_by,
    actor: query.changed_by_api_key,
    verb: Object.keys(VERBS).find((verb) => VERBS[verb] === done),
    kind,
    target: query.object_id,
    fromMs: query.start_date,
    toMs: query.end_date,
  };
}

function encode(entry: AuditEntry) {
  const verb = entry.action.slice(entry.action.lastIndexOf('.') + 1);
  return {
    id: String(entry.seq),
    updated_at: new Date(entry.atMs).toISOString(),
    changed_by: entry.changedBy ?? entry.actor,
    changed_by_api_key: entry.actor,
    action: VERBS[verb] ?? verb,
    table_name: TABLES[entry.kind] ?? entry.kind,
    object_id: entry.target,
    before_value: entry.before === null ? null : (JSON.parse(entry.before) as unknown),
    updated_values: entry.after === null ? null : (JSON.parse(entry.after) as unknown),
    ip: entry.ip,
    hash: entry.hash,
  };
}
