import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { ApiError, api } from '../api/client.ts';

/** Who is signed in, and what they may do. */
export type Session = {
  readonly user: {
    /** null: it is the master key. */
    readonly user_id: string | null;
    readonly email: string | null;
    readonly alias: string | null;
    readonly role: string;
  };
  readonly teams: readonly { readonly team_id: string; readonly alias: string | null; readonly role: string }[];
  readonly organizations: readonly {
    readonly organization_id: string;
    readonly alias: string | null;
    readonly role: string;
  }[];
  /** Every action that the person may do at all, in the words of the routes. */
  readonly actions: readonly string[];
  readonly master: boolean;
};

/** How somebody who is not signed in may do so. */
export type SignInWays = {
  readonly setup_required: boolean;
  readonly password: boolean;
  readonly sign_on: readonly { readonly id: string; readonly name: string; readonly start: string }[];
};

export type Standing = { readonly session: Session } | { readonly ways: SignInWays };

export const standingQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readStanding,
  staleTime: 60_000,
  refetchOnWindowFocus: true,
});

async function readStanding(): Promise<Standing> {
  try {
    return { session: await api<Session>('/auth/session') };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const ways = (error.body ?? {}) as Partial<SignInWays>;
    const { setup_required = false, password = false, sign_on = [] } = ways;
    return { ways: { setup_required, password, sign_on } };
  }
}

export const useStanding = () => useQuery(standingQuery);

/** For what is shown to those who are signed in only. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(standingQuery);
  if (!('session' in data)) throw new Error('Nobody is signed in.');
  return data.session;
}

export function useMay(): (action: string | null) => boolean {
  const { actions } = useSession();
  return (action) => action === null || actions.includes(action);
}
