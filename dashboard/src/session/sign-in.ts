import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import { standingQuery } from './session.ts';

export type Credentials = { readonly master_key: string } | { readonly email: string; readonly password: string };

export async function signIn(credentials: Credentials, queries: QueryClient): Promise<void> {
  await api('/auth/sign-in', { method: 'POST', body: credentials });
  await queries.invalidateQueries(standingQuery);
}

/** What one person has seen is not there for the next. */
export async function signOut(queries: QueryClient): Promise<void> {
  await api('/auth/sign-out', { method: 'POST', body: {} });
  const { queryKey } = standingQuery;
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
  await queries.invalidateQueries(standingQuery);
}
