import { queryOptions } from '@tanstack/react-query';
import { ApiError, api } from './client.ts';

/** As much of a logged call as other pages than the log's show. */
export type LoggedCall = { readonly id: string; readonly model: string; readonly spend_usd: number };

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
