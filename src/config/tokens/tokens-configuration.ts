import type { UserRole } from '../settings/user-roles.ts';

/** Signatures that a public key checks. */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

export type TokenGrantConfiguration = {
  readonly role: UserRole | null;
  readonly models: readonly string[];
  readonly routes: readonly string[];
};

/** An identity provider whose tokens are taken for calls, whichever schema it was written in. */
export type TokenIssuerConfiguration = {
  /** null: anybody's whose keys are these (LiteLLM without `JWT_ISSUER`). */
  readonly issuer: string | null;
  /** Empty: any (LiteLLM without `JWT_AUDIENCE`). */
  readonly audiences: readonly string[];
  /** null: told by the issuer's OpenID configuration. */
  readonly keysUrl: string | null;
  readonly keysKeptMs: number;
  readonly algorithms: readonly (typeof tokenAlgorithms)[number][];
  readonly claims: {
    readonly user: string | null;
    readonly email: string | null;
    readonly team: string | null;
    readonly teams: string | null;
    readonly organization: string | null;
    readonly roles: string | null;
    readonly scopes: string | null;
    readonly customer: string | null;
  };
  readonly required: Readonly<Record<string, readonly string[]>>;
  readonly roles: Readonly<Record<string, TokenGrantConfiguration>>;
  readonly scopes: Readonly<Record<string, TokenGrantConfiguration>>;
  readonly needsScope: boolean;
  readonly teams: Readonly<Record<string, string>>;
  readonly usualTeamId: string | null;
  readonly emailDomains: readonly string[];
  readonly createsUsers: boolean;
  readonly routes: readonly string[];
  readonly toleranceMs: number;
};

export type TokensConfiguration = {
  readonly issuers: readonly TokenIssuerConfiguration[];
  /** What a directory sends over SCIM; null: it needs a key of its own. */
  readonly directory: string | null;
};

const KEYS_KEPT_MS = 600_000;
const TOLERANCE_MS = 30_000;

export const usualIssuer: TokenIssuerConfiguration = {
  issuer: null,
  audiences: [],
  keysUrl: null,
  keysKeptMs: KEYS_KEPT_MS,
  algorithms: tokenAlgorithms,
  claims: {
    user: null,
    email: null,
    team: null,
    teams: null,
    organization: null,
    roles: null,
    scopes: null,
    customer: null,
  },
  required: {},
  roles: {},
  scopes: {},
  needsScope: false,
  teams: {},
  usualTeamId: null,
  emailDomains: [],
  createsUsers: false,
  routes: [],
  toleranceMs: TOLERANCE_MS,
};
