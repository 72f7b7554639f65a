import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { endSessionsBody } from '../../../src/http/sign-on/contract.ts';
import { api } from './client.ts';

export const signOnKey = ['sign-on'] as const;

export type SessionRow = {
  readonly id: string;
  /** null: whoever has the master key. */
  readonly user_id: string | null;
  readonly method: 'password' | 'master_key' | 'link' | 'oidc';
  readonly issuer: string | null;
  readonly address: string | null;
  readonly agent: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
  /** The one that asks. */
  readonly current: boolean;
};

export type InvitationRow = {
  readonly id: string;
  readonly user_id: string;
  readonly is_accepted: boolean;
  readonly accepted_at: string | null;
  readonly expires_at: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly user: { readonly user_email: string | null; readonly user_alias: string | null } | null;
};

export type MadeInvitation = InvitationRow & { readonly invitation_link: string };

export type LockoutRow = {
  readonly id: string;
  readonly kind: 'account' | 'address';
  readonly user_id: string | null;
  readonly user_email: string | null;
  readonly failures: number;
  readonly last_attempt_at: string;
  /** null: the next attempt is taken. */
  readonly locked_until: string | null;
};

export type SignOnProvider = {
  readonly id: string;
  readonly name: string;
  readonly issuer: string | null;
  readonly authorization_endpoint: string | null;
  readonly client_id: string;
  readonly has_client_secret: boolean;
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly teams: Readonly<Record<string, string>>;
  readonly default_role: string;
  readonly email_domains: readonly string[];
  readonly create_users: boolean;
  readonly trust_email: boolean;
};

export type SignOnSettings = {
  readonly public_url: string | null;
  readonly session: { readonly idle_seconds: number; readonly lifetime_seconds: number };
  readonly redirect_uri: string;
  readonly back_channel_logout_uri: string;
  readonly providers: readonly SignOnProvider[];
};

export const sessionsQuery = queryOptions({
  queryKey: [...signOnKey, 'sessions'],
  queryFn: async ({ signal }) =>
    (await api<{ sessions: readonly SessionRow[] }>('/sign-on/sessions', { signal })).sessions,
});

export const invitationsQuery = queryOptions({
  queryKey: [...signOnKey, 'invitations'],
  queryFn: async ({ signal }) =>
    (await api<{ invitations: readonly InvitationRow[] }>('/invitation/list', { signal })).invitations,
});

export const lockoutsQuery = queryOptions({
  queryKey: [...signOnKey, 'lockouts'],
  queryFn: ({ signal }) => api<{ lockouts: readonly LockoutRow[]; strangers: number }>('/sign-on/lockouts', { signal }),
});

export const signOnSettingsQuery = queryOptions({
  queryKey: [...signOnKey, 'settings'],
  queryFn: ({ signal }) => api<SignOnSettings>('/sign-on/settings', { signal }),
});

export const endSessions = (which: z.input<typeof endSessionsBody>): Promise<{ readonly ended: number }> =>
  api('/sign-on/sessions/end', { method: 'POST', body: which });

export const endLockout = (id: string): Promise<unknown> =>
  api('/sign-on/lockouts/end', { method: 'POST', body: { id } });

export const invite = (userId: string): Promise<MadeInvitation> =>
  api<MadeInvitation>('/invitation/new', { method: 'POST', body: { user_id: userId } });

export const revokeInvitation = (id: string): Promise<unknown> =>
  api('/invitation/delete', { method: 'POST', body: { invitation_id: id } });

export type Invitable = { readonly user_id: string; readonly user_email: string; readonly user_alias: string | null };

const MOST_FOUND = 50;

/** Users whose name, id or address has the text, and who have an address to sign in with. */
export const invitableQuery = (text: string) =>
  queryOptions({
    queryKey: [...signOnKey, 'invitable', text],
    queryFn: async ({ signal }) => {
      const query = { search: text, page_size: MOST_FOUND };
      const { users } = await api<{
        users: readonly (Omit<Invitable, 'user_email'> & { user_email: string | null })[];
      }>('/user/list', { query, signal });
      return users.flatMap((user) => (user.user_email === null ? [] : [{ ...user, user_email: user.user_email }]));
    },
  });
