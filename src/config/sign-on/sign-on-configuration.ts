import type { UserRole } from '../settings/user-roles.ts';

/** How people sign in, whichever schema it was written in. */
export type SignOnConfiguration = {
  /** Where people reach the gateway; null: where their browsers say that it is. */
  readonly publicUrl: string | null;
  readonly sessions: { readonly idleMs: number; readonly absoluteMs: number };
  readonly providers: readonly SignOnProviderConfiguration[];
};

export type SignOnProviderConfiguration = {
  readonly id: string;
  readonly name: string;
  /** null: that of whose address `authorizationEndpoint` is (LiteLLM names no issuer). */
  readonly issuer: string | null;
  readonly authorizationEndpoint: string | null;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
  readonly claims: { readonly groups: string; readonly email: string; readonly name: string };
  readonly roles: Readonly<Record<string, UserRole>>;
  readonly teams: Readonly<Record<string, string>>;
  readonly usualRole: UserRole;
  readonly emailDomains: readonly string[];
  readonly createsUsers: boolean;
  readonly trustsEmail: boolean;
};

const HOUR_MS = 3_600_000;

export const usualSessions: SignOnConfiguration['sessions'] = { idleMs: 2 * HOUR_MS, absoluteMs: 12 * HOUR_MS };

export const usualProvider: Omit<SignOnProviderConfiguration, 'id' | 'name' | 'clientId'> = {
  issuer: null,
  authorizationEndpoint: null,
  clientSecret: null,
  scopes: ['openid', 'email', 'profile'],
  claims: { groups: 'groups', email: 'email', name: 'name' },
  roles: {},
  teams: {},
  usualRole: 'internal_user',
  emailDomains: [],
  createsUsers: false,
  trustsEmail: false,
};
