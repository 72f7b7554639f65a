import type { z } from 'zod';
import { GatewayError } from '../../inference/index.ts';
import type { AuditEntry, AuditFilter, AuditPage, AuditVerdict } from '../../telemetry/index.ts';
import { csvAnswer } from '../reports/csv.ts';
import { type Route, route } from '../route.ts';
import { auditQuery } from './contract-audit.ts';

export type AuditDoors = {
  /** Newest first. */
  readonly read: (filter: AuditFilter, paging: { readonly page: number; readonly size: number }) => Promise<AuditPage>;
  /** Reads all of it. */
  readonly verify: () => Promise<AuditVerdict>;
};

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

/** Who changed what. Nothing here can be changed: the table takes new rows only. */
export function auditRoutes(doors: AuditDoors): readonly Route[] {
  return [list(doors), one(doors), verify(doors)];
}

function list({ read }: AuditDoors): Route {
  return route({
    method: 'GET',
    path: '/audit',
    summary: 'Who changed what, newest first.',
    action: 'audit.read',
    query: auditQuery,
    answer: async ({ query }) => {
      const { page, page_size: size, format } = query;
      const { entries, total } = await read(filterOf(query), { page, size });
      if (format === 'csv') return csvOf(entries);
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

/** A change is in each cell as JSON has it: a table has no room for more. */
function csvOf(entries: readonly AuditEntry[]) {
  return csvAnswer(
    'audit',
    ['id', 'at', 'actor', 'changed_by', 'ip', 'action', 'kind', 'object_id', 'before', 'after', 'hash'],
    entries.map(({ seq, atMs, actor, changedBy, ip, action, kind, target, before, after, hash }) => [
      ...[seq, new Date(atMs).toISOString(), actor, changedBy, ip, action],
      ...[kind, target, before, after, hash],
    ]),
  );
}

function verify(doors: AuditDoors): Route {
  return route({
    method: 'POST',
    path: '/audit/verify',
    summary: 'Read the whole log: is each entry as it was written, and does it follow the one before it?',
    action: 'audit.read',
    answer: async () => {
      const { entries, hash, brokenAt } = await doors.verify();
      return { body: { entries, hash, broken_at: brokenAt } };
    },
  });
}

function one({ read }: AuditDoors): Route {
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
  const { action: done, table_name: table, who, q: text, before: beforeSeq } = query;
  const kind = table === undefined ? undefined : (Object.keys(TABLES).find((name) => TABLES[name] === table) ?? table);
  return {
    changedBy: query.changed_by,
    actor: query.changed_by_api_key,
    who,
    text,
    beforeSeq,
    verb: Object.keys(VERBS).find((verb) => VERBS[verb] === done) ?? done,
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
    /** In the gateway's own words, beside LiteLLM's. */
    what: entry.action,
    kind: entry.kind,
    action: VERBS[verb] ?? verb,
    table_name: TABLES[entry.kind] ?? entry.kind,
    object_id: entry.target,
    before_value: entry.before === null ? null : (JSON.parse(entry.before) as unknown),
    updated_values: entry.after === null ? null : (JSON.parse(entry.after) as unknown),
    ip: entry.ip,
    hash: entry.hash,
    previous_hash: entry.previousHash,
  };
}
