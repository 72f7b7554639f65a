/** An identity provider that people sign in with. */
export type SignOnProvider = {
  /** In addresses: letters, digits and hyphens. */
  readonly id: string;
  /** On the button. */
  readonly name: string;
  /** null: that of whose address `authorizationEndpoint` is. */
  readonly issuer: string | null;
  readonly authorizationEndpoint: string | null;
  readonly clientId: string;
  /** null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
  /** Names of claims, with dots between those of nested ones. */
  readonly claims: { readonly groups: string; readonly email: string; readonly name: string };
  /** By group. Empty: roles are given here, and no group changes them. */
  readonly roles: Readonly<Record<string, string>>;
  /** Ids of teams, by group. */
  readonly teams: Readonly<Record<string, string>>;
  /** Of new users, and where `roles` has none of the person's groups. */
  readonly usualRole: string;
  /** Empty: all. Else only verified addresses of these. */
  readonly emailDomains: readonly string[];
  readonly createsUsers: boolean;
  /** Addresses are right although nothing says that they were verified: of one's own directory. */
  readonly trustsEmail: boolean;
};

/** What a provider says of somebody. */
export type ProviderClaims = {
  readonly issuer: string;
  readonly subject: string;
  /** null: none, or nobody has verified it. */
  readonly email: string | null;
  readonly name: string | null;
  readonly groups: readonly string[];
  readonly saidAtMs: number;
};

/** Why somebody is not let in. The words are safe to stand in an address. */
export type SignOnRefusal =
  | 'expired'
  | 'provider_refused'
  | 'token_refused'
  | 'address_refused'
  | 'unknown_user'
  | 'blocked';
