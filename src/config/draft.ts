import type {
  AllowancesConfiguration,
  BreakerConfiguration,
  Configuration,
  KeysConfiguration,
  ModelConfiguration,
  NewUsersConfiguration,
  PromptsConfiguration,
  RoutingConfiguration,
  Secret,
  ServerConfiguration,
  Timeouts,
} from './configuration.ts';
import type { ManagedConfiguration } from './managed-configuration.ts';
import type { Declared } from './shown/declared.ts';
import type { SignOnConfiguration } from './sign-on/sign-on-configuration.ts';
import type { TokensConfiguration } from './tokens/tokens-configuration.ts';

/** What a file says of how people sign in. */
export type DraftSignOn = Partial<Omit<SignOnConfiguration, 'sessions'>> & {
  readonly sessions?: Partial<SignOnConfiguration['sessions']>;
};

/** What a file says, in either schema; what it does not say is undefined. The environment and flags come on top. */
export type Draft = {
  readonly schema: Configuration['source']['schema'];
  readonly declared: readonly Declared[];
  readonly server: Partial<ServerConfiguration>;
  readonly masterKey: Secret | null;
  readonly secretKey: string | null;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly ca: readonly string[];
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  readonly noProxy: string | null;
  readonly privateHosts: readonly string[];
  readonly models: readonly ModelConfiguration[];
  readonly routing: Partial<Omit<RoutingConfiguration, 'timeouts' | 'breaker'>>;
  readonly breaker: Partial<BreakerConfiguration>;
  readonly timeouts: Partial<Timeouts>;
  readonly allowances: Partial<AllowancesConfiguration>;
  readonly keys: Partial<KeysConfiguration>;
  readonly newUsers: Partial<NewUsersConfiguration>;
  readonly managed: ManagedConfiguration | null;
  readonly tokens: TokensConfiguration;
  readonly signOn: DraftSignOn;
  readonly sandbox: boolean;
  readonly requestLog: 'on' | 'off' | null;
  readonly requestLogKeptMs: number | null;
  readonly prompts: Partial<PromptsConfiguration>;
  readonly promptsKeptMs: number | null;
  readonly logLevel: Configuration['logLevel'] | null;
  readonly budgetExceededStatus: Configuration['budgetExceededStatus'] | null;
  readonly enforcedParams: readonly string[];
};

export const emptyDraft: Draft = {
  schema: 'none',
  declared: [],
  server: {},
  masterKey: null,
  secretKey: null,
  databaseUrl: null,
  redisUrl: null,
  ca: [],
  httpProxy: null,
  httpsProxy: null,
  noProxy: null,
  privateHosts: [],
  models: [],
  routing: {},
  breaker: {},
  timeouts: {},
  allowances: {},
  keys: {},
  newUsers: {},
  managed: null,
  signOn: {},
  tokens: { issuers: [], directory: null },
  sandbox: false,
  requestLog: null,
  requestLogKeptMs: null,
  prompts: {},
  promptsKeptMs: null,
  logLevel: null,
  budgetExceededStatus: null,
  enforcedParams: [],
};

/** The entries of `values` that are there, so that they can be laid over defaults. */
export function given<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined | null> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}
