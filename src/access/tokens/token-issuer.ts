/** Signatures that a public key checks. One that takes a shared secret could be made by whoever knows the public key. */
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

export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** What a claim's value comes with: LiteLLM's scopes and roles, and our own. */
export type TokenGrant = {
  /** Of the user, while the token lasts. */
  readonly role: string | null;
  /** Names and patterns; empty: says nothing of models. */
  readonly models: readonly string[];
  /** Addresses and groups of them; empty: says nothing of addresses. */
  readonly routes: readonly string[];
};

/** Where claims are, as names with dots between those of nested ones; null: not looked for. */
export type TokenClaims = {
  readonly user: string | null;
  readonly email: string | null;
  readonly team: string | null;
  /** A list: the first of them that is known here and may call the model. */
  readonly teams: string | null;
  readonly organization: string | null;
  readonly roles: string | null;
  readonly scopes: string | null;
  readonly customer: string | null;
};

/** An identity provider whose tokens are taken for calls. */
export type TokenIssuer = {
  /** null: anybody's, as long as its keys are these. */
  readonly issuer: string | null;
  /** One of them must be in `aud`; empty: not looked at. */
  readonly audiences: readonly string[];
  /** null: told by the issuer's OpenID configuration. */
  readonly keysUrl: string | null;
  readonly keysKeptMs: number;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly claims: TokenClaims;
  /** Claims that must be there with one of these values. */
  readonly required: Readonly<Record<string, readonly string[]>>;
  readonly roles: Readonly<Record<string, TokenGrant>>;
  readonly scopes: Readonly<Record<string, TokenGrant>>;
  /** Whether a token without any of the scopes is refused. */
  readonly needsScope: boolean;
  /** Ids of teams by what the claim says; what is not in it is the id itself. */
  readonly teams: Readonly<Record<string, string>>;
  /** The team of tokens that name none. */
  readonly usualTeamId: string | null;
  /** Empty: any. */
  readonly emailDomains: readonly string[];
  readonly createsUsers: boolean;
  /** What tokens may do to which no scope or role says anything else; empty: whatever their user may. */
  readonly routes: readonly string[];
  readonly toleranceMs: number;
};
