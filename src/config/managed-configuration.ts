import type { AllowanceConfiguration } from './allowance-configuration.ts';

export type ManagedKind =
  | 'organization'
  | 'organization_member'
  | 'project'
  | 'team'
  | 'member'
  | 'user'
  | 'customer'
  | 'tag'
  | 'key';

/** Where calls may go, whatever their requests say. */
export type PolicyConfiguration = {
  readonly region: string | null;
  readonly zdr: boolean;
  readonly dataCollection: 'allow' | 'deny';
  /** Credentials, providers or `provider/region`; null: all. */
  readonly only: readonly string[] | null;
  readonly ignore: readonly string[];
};

/** Somebody, or a key, as the file has it. */
export type ManagedEntry = {
  readonly kind: ManagedKind;
  /** As the file calls it; of a member the group's and the user's, with a line break between. */
  readonly name: string;
  /** `file.yaml:12:3`. */
  readonly at: string;
  /** null: its name. */
  readonly alias: string | null;
  readonly organization: string | null;
  readonly project: string | null;
  readonly team: string | null;
  readonly user: string | null;
  readonly role: string | null;
  readonly email: string | null;
  /** Names and patterns; empty: all. */
  readonly models: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly allowance: AllowanceConfiguration;
  /** Of a team: for members who have none of their own; null: nothing is said. */
  readonly memberAllowance: AllowanceConfiguration | null;
  readonly ssoGroups: readonly string[];
  readonly pays: 'prepaid' | 'metered' | 'free' | null;
  readonly description: string | null;
  /** Of a customer: the model that is called whatever is asked for. */
  readonly defaultModel: string | null;
  readonly policy: PolicyConfiguration | null;
  /** Of a team: by provider, the credential that signs its calls. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly blocked: boolean;
  /** Of a key; null: it is made once. */
  readonly secret: { readonly form: 'plain' | 'sha256'; readonly value: string } | null;
  /** Of a key; null: never. */
  readonly expiresAtMs: number | null;
};

export type ManagedConfiguration = { readonly entries: readonly ManagedEntry[] };
