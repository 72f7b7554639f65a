import { type InfiniteData, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, api, type Query } from './client.ts';
import { type Every, toTheEnd } from './to-the-end.ts';

export const outcomes = ['completed', 'refused', 'failed', 'disconnected', 'orphaned'] as const;
export type Outcome = (typeof outcomes)[number];

/** What the log is narrowed by: in the address by these names, and asked for by them. */
export const filterNames = [
  'model',
  'provider',
  'status',
  'error_code',
  'key',
  'user',
  'team',
  'project',
  'organization',
  'customer',
  'tag',
  'session',
] as const;
export type FilterName = (typeof filterNames)[number];

/** A call as a row of the log. Amounts are USD, times milliseconds. */
export type LoggedRow = {
  readonly id: string;
  readonly started_at: string;
  readonly outcome: Outcome;
  readonly status: number;
  readonly error_code: string | null;
  /** As it was asked for; null: nothing that could be read. */
  readonly model: string | null;
  readonly upstream_model: string | null;
  readonly provider: string | null;
  readonly deployment: string | null;
  readonly key: string | null;
  readonly key_alias: string | null;
  readonly user: string | null;
  readonly team: string | null;
  readonly project: string | null;
  readonly organization: string | null;
  readonly customer: string | null;
  readonly tags: readonly string[];
  readonly session: string | null;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_creation_tokens: number;
  readonly reasoning_tokens: number;
  readonly spend_usd: number;
  /** What it cost the operator: shown to nobody else. */
  readonly cost_usd?: number;
  readonly first_byte_ms: number | null;
  readonly duration_ms: number;
  readonly streamed: boolean;
  readonly sandbox: boolean;
};

/** Where a call went, or might have gone. */
type Place = {
  /** Its id: nothing that a person would know it by. */
  readonly deployment: string;
  readonly provider: string;
  /** Told to operators alone. */
  readonly credential?: string;
};

export type LoggedAttempt = Place & {
  readonly upstreamModel: string;
  readonly status: number | null;
  readonly outcome: string;
  /** From the call's start. */
  readonly startedMs: number;
  /** From the attempt's start; null: no content came. */
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly reason: string;
  readonly error: string | null;
  readonly cost_usd: number;
};

export type PlannedPlace = Place & {
  readonly upstream_model: string;
  readonly reason: string;
};

export type LoggedPlan = {
  readonly candidates: readonly PlannedPlace[];
  readonly excluded: readonly (PlannedPlace & { readonly by: string })[];
  readonly left_out: { readonly candidates: number; readonly excluded: number };
};

/** Everything that is known of one call. */
export type LoggedCall = LoggedRow & {
  readonly dialect: string;
  readonly path: string;
  readonly error_message: string | null;
  readonly answered_model: string | null;
  readonly upstream_id: string | null;
  readonly client_request_id: string | null;
  readonly client_ip: string | null;
  readonly user_agent: string | null;
  /** In the gateway's words, and as the provider put it. */
  readonly finish_reason: { readonly unified: string; readonly raw: string | null } | null;
  readonly usage: { readonly source: string };
  readonly price: { readonly version: string | null; readonly priced: boolean };
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly attempts: readonly LoggedAttempt[];
  readonly routing: { readonly plans: readonly LoggedPlan[] };
};

/** A deployment as the configuration writes it: `credential/model`. */
export const placeName = ({ credential, provider }: Place, upstreamModel: string): string =>
  `${credential ?? provider}/${upstreamModel}`;

export type LogPage = {
  readonly data: readonly LoggedRow[];
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
  readonly total_estimate?: number | null;
};

export const readLog = (query: Query, signal: AbortSignal): Promise<LogPage> =>
  api<LogPage>('/reports/logs', { query, signal });

/** All calls that are asked for. */
export const readWholeLog = (query: Query): Promise<Every<LoggedRow>> =>
  toTheEnd<LoggedRow, string | null>(null, async (cursor) => {
    const { data, next } = await api<LogPage>('/reports/logs', { query: { ...query, cursor, limit: 1_000 } });
    return { rows: data, next };
  });

/** Calls are written down by the batch: one that has just ended may be missing for a moment. */
const TRIES = 8;
const BETWEEN_MS = 600;

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['logs', 'call', id],
    queryFn: ({ signal }) => api<LoggedCall>(`/reports/logs/${encodeURIComponent(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => error instanceof ApiError && error.status === 404 && count < TRIES,
    retryDelay: BETWEEN_MS,
  });

/** As many turns of a conversation as are listed beside one of them. */
const MOST_TURNS = 50;

export const sessionQuery = (session: string) =>
  queryOptions({
    queryKey: ['logs', 'session', session],
    queryFn: ({ signal }) => readLog({ session, limit: MOST_TURNS }, signal),
    placeholderData: keepPreviousData,
  });

type Pages = InfiniteData<LogPage, string | null>;

/**
 * The pages with what the newest page holds beyond them, newest first. Where the two have no call in common, calls may
 * lie between them: then the newest page is all that there is, and the rest is fetched from its end on.
 */
export function withNewest(pages: Pages | undefined, newest: LogPage): Pages {
  const [first, ...rest] = pages?.pages ?? [];
  const alone = { pages: [newest], pageParams: [null] };
  if (pages === undefined || first === undefined) return alone;
  const known = new Set(pages.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const fresh = newest.data.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return pages;
  if (fresh.length === newest.data.length && known.size > 0) return alone;
  const data = [...fresh, ...first.data].sort((one, other) => (one.started_at < other.started_at ? 1 : -1));
  const total = newest.total_estimate === undefined ? {} : { total_estimate: newest.total_estimate };
  return { ...pages, pages: [{ ...first, ...total, data }, ...rest] };
}
