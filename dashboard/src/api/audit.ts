import { queryOptions } from '@tanstack/react-query';
import { api, type Query } from './client.ts';
import { type Every, toTheEnd } from './to-the-end.ts';

export const auditKey = ['audit'] as const;

export type AuditFacts = Readonly<Record<string, unknown>>;

/** A change: who made it, and what there was before and after. */
export type AuditRow = {
  readonly id: string;
  readonly updated_at: string;
  readonly changed_by: string;
  readonly changed_by_api_key: string;
  /** Of the gateway: `team.change`. */
  readonly what: string;
  readonly kind: string;
  readonly object_id: string;
  readonly before_value: AuditFacts | null;
  readonly updated_values: AuditFacts | null;
  readonly ip: string | null;
  readonly hash: string;
  readonly previous_hash: string;
};

export type AuditPage = { readonly audit_logs: readonly AuditRow[]; readonly total: number };

export const readAudit = (query: Query, signal: AbortSignal): Promise<AuditPage> =>
  api<AuditPage>('/audit', { query, signal });

/** All entries that are asked for. */
export const readWholeAudit = (query: Query): Promise<Every<AuditRow>> =>
  toTheEnd<AuditRow, string | null>(null, async (before) => {
    const { audit_logs: rows } = await api<AuditPage>('/audit', {
      query: { ...query, before, page_size: MOST_ENTRIES },
    });
    return { rows, next: rows.length < MOST_ENTRIES ? null : (rows.at(-1)?.id ?? null) };
  });

const MOST_ENTRIES = 100;

/** What is written there never changes. */
export const auditEntryQuery = (id: string) =>
  queryOptions({
    queryKey: [...auditKey, 'one', id],
    queryFn: ({ signal }) => api<AuditRow>(`/audit/${encodeURIComponent(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export type AuditVerdict = {
  readonly entries: number;
  readonly hash: string;
  /** null: all of it is sound. */
  readonly broken_at: number | null;
};

export const verifyAudit = (): Promise<AuditVerdict> => api<AuditVerdict>('/audit/verify', { method: 'POST' });
