import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { standingQuery } from '../session/session.ts';

/** Refusals stay refusals; only what may pass by itself is tried again. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500;
}

/** A session that ended: the frame asks who is there, and shows the way in at the same address. */
function noticeSignOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) void queries.invalidateQueries(standingQuery);
}

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => isPassing(error) && count < 2,
      refetchOnWindowFocus: false,
    },
  },
});
