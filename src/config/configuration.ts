import type { AllowanceConfiguration } from './allowance-configuration.ts';
import type { ManagedConfiguration } from './managed-configuration.ts';
import type { StrategyName } from './settings/strategies.ts';
import type { UserRole } from './settings/user-roles.ts';
import type { Declared } from './shown/declared.ts';
import type { SignOnConfiguration } from './sign-on/sign-on-configuration.ts';
import type { TokensConfiguration } from './tokens/tokens-configuration.ts';

/**
 * The one frozen value that the configuration becomes, whichever schema it was written in (ours or LiteLLM's). Plain
 * data: the rooms take from it what they need through `main.js`.
 */
export type Configuration = {
  readonly source: ConfigurationSource;
  readonly server: ServerConfiguration;
  readonly secrets: {
    readonly masterKey: Secret | null;
    readonly secretKey: string | null;
    /** What the secret key is exchanged for, while that is done. */
    readonly newSecretKey: Secret | null;
    /** What LiteLLM may have hidden texts of its database under, the likeliest first. */
    readonly litellmKeys: readonly string[];
  };
  readonly store: { readonly databaseUrl: string | null; readonly redisUrl: string | null };
  readonly network: NetworkConfiguration;
  readonly credentials: readonly CredentialConfiguration[];
  /** What the clouds' own chains read of the environment; empty where no credential is a cloud's. Some of it is secret. */
  readonly cloudVariables: Readonly<Record<string, string>>;
  readonly models: readonly ModelConfiguration[];
  readonly routing: RoutingConfiguration;
  readonly allowances: AllowancesConfiguration;
  readonly keys: KeysConfiguration;
  readonly newUsers: NewUsersConfiguration;
  /** Who the file says is there, and with which keys; null: there is no file, and nothing is said. */
  readonly managed: ManagedConfiguration | null;
  readonly tokens: TokensConfiguration;
  readonly signOn: SignOnConfiguration;
  readonly requestLog: 'on' | 'off';
  /** null: its rows are kept for ever. */
  readonly requestLogKeptMs: number | null;
  readonly prompts: PromptsConfiguration;
  /** What is kept of requests and answers is kept for so long, and no longer than its row of the request log. */
  readonly promptsKeptMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly budgetExceededStatus: 400 | 402 | 422 | 429;
  /** What the body of every call must have; `metadata.ticket` for a member within another. */
  readonly enforcedParams: readonly string[];
  /** One line each, printed at start: what was picked up from the environment, what could not be honoured. */
  readonly notices: readonly string[];
};

/** What is kept of requests and answers. */
export type PromptsConfiguration = {
  readonly mode: 'off' | 'redacted' | 'full';
  /** By the id of a team; it holds in place of `mode`. */
  readonly teams: Readonly<Record<string, 'off' | 'redacted' | 'full'>>;
  /** Of each side. */
  readonly maxBytes: number;
  /** Besides operators: callers their own, or administrators of teams and organizations what is their tenants'. */
  readonly readers: 'own' | 'tenant';
};

export type ConfigurationSource = {
  readonly schema: 'waybill' | 'litellm' | 'none';
  /** Every file read, the main one first; `--watch` and SIGHUP read them again. */
  readonly files: readonly string[];
  /** What they say, value by value, as it is written; the first thousands of it. */
  readonly declared: readonly Declared[];
  /** Options of the command line that are given: `--port`. */
  readonly flags: readonly string[];
  /** Names of the variables that were asked for and are set. */
  readonly variables: readonly string[];
};

export type Secret = { readonly value: string; readonly from: string };

export type ServerConfiguration = {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly workers: number;
  /** Bytes; a longer request body is refused with 413 before it is buffered. */
  readonly maxBodyBytes: number;
  /** Milliseconds that exchanges in flight are given at a stop. */
  readonly drainTimeoutMs: number;
  /** Where a record of the journal must be before a call goes on: the file, the disk, or the database. */
  readonly journal: 'local' | 'local-sync' | 'db';
  /** Milliseconds for which nobody can spend what a lost instance had leased. */
  readonly suspenseMs: number;
};

export type NetworkConfiguration = {
  /** PEM texts added to the public roots. */
  readonly ca: readonly string[];
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  readonly noProxy: string | null;
  /** Hosts of this network that addresses given over the API may name; `*.suffix` stands for many. */
  readonly privateHosts: readonly string[];
};

export type Timeouts = {
  readonly connectMs: number;
  /** Until the first byte of content: headers and keep-alive comments do not count. */
  readonly firstByteMs: number;
  /** The same of a stream; left out: no other. */
  readonly streamFirstByteMs?: number;
  /** Between two reads of an answer. */
  readonly idleMs: number;
  readonly totalMs: number;
};

/** An account at a provider. The name is what deployments refer to by `use`. */
export type CredentialConfiguration = {
  readonly name: string;
  readonly provider: string;
  /** null: the provider's own. */
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  /** `caller`: a foreign key that the caller sent goes upstream, to the provider's own host only. */
  readonly auth: 'api-key' | 'caller' | 'entra' | 'none';
  readonly headers: Readonly<Record<string, string>>;
  /** What only some providers need, as the file names it: region, project, api_version, ... Some of it is secret. */
  readonly options: Readonly<Record<string, string>>;
  /** `api`: it was given over the API, and so was its address. */
  readonly origin: 'file' | 'environment' | 'default' | 'api';
  /** `file.yaml:12:3`; left out: it has no entry of its own. */
  readonly at?: string;
  /** Of all of its deployments. */
  readonly facts?: FactsConfiguration;
};

/** USD per million units; null where the file says nothing. `free` is every unit at zero. */
export type PriceConfiguration =
  | 'free'
  | {
      readonly input: string | null;
      readonly output: string | null;
      readonly cacheRead: string | null;
      readonly cacheWrite: string | null;
      readonly reasoning: string | null;
      readonly inputAudio: string | null;
      readonly outputAudio: string | null;
      /** USD per request, not per million. */
      readonly request: string | null;
      /** Above this many input tokens these prices hold instead; ascending. */
      readonly tiers: readonly {
        readonly above: number;
        readonly input: string | null;
        readonly output: string | null;
        readonly cacheRead: string | null;
        readonly cacheWrite: string | null;
      }[];
    };

/** What is said of a deployment, or of all of a credential or a model; null: nothing. */
export type FactsConfiguration = {
  readonly region: string | null;
  readonly tags: readonly string[] | null;
  readonly quantization: string | null;
  readonly inputs: readonly ('text' | 'image' | 'audio' | 'video' | 'file' | 'embedding')[] | null;
  readonly outputs: FactsConfiguration['inputs'];
  /** All request parameters that it heeds, by OpenRouter's names. */
  readonly parameters: readonly string[] | null;
  /** Some that it heeds, and some that it does not. */
  readonly has: readonly string[];
  readonly lacks: readonly string[];
  readonly distillable: boolean | null;
  readonly data: { readonly collects: boolean | null; readonly retains: boolean | null };
};

export type LimitsConfiguration = {
  /** How long a call waits for a place before the next candidate is tried. Left out: not at all. */
  readonly waitMs?: number;
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly parallel: number | null;
};

export type DeploymentConfiguration = {
  readonly credential: string;
  /** The name sent upstream; may hold one `*` where the model's name holds one. */
  readonly upstreamModel: string;
  readonly baseModel: string | null;
  readonly priority: number;
  readonly weight: number;
  /** Instead of `routing.retries`. */
  readonly retries?: number;
  readonly limits: LimitsConfiguration;
  /** Only callers of this team may call it. */
  readonly team?: string;
  readonly price: PriceConfiguration | null;
  /** Regular expressions; `User-Agent: …` is matched against them. */
  readonly tagPatterns?: readonly string[];
  /** Of its tiers of service, by OpenAI's names. */
  readonly tierPrices?: Readonly<Partial<Record<'flex' | 'priority', PriceConfiguration>>>;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly timeouts: Partial<Timeouts>;
  /** Request headers added upstream. */
  readonly headers: Readonly<Record<string, string>>;
  readonly facts?: FactsConfiguration;
  /** What it is called in `allowances`, where that is not its id or its provider's. */
  readonly limitedAs?: { readonly deployment?: string; readonly provider?: string };
  /** Given by LiteLLM's `model_info.id`; else derived from the definition. */
  readonly id: string | null;
  /** `file.yaml:12:7`, for messages and the read-only mark. */
  readonly at: string;
};

export type FallbackCause = 'error' | 'context_window' | 'content_policy' | 'rate_limit' | 'budget';

export type ModelConfiguration = {
  /** The public name; may hold one `*`. */
  readonly name: string;
  readonly deployments: readonly DeploymentConfiguration[];
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  /** Listed from the credential's own /v1/models. */
  readonly discover: boolean;
  readonly hidden: boolean;
  /** Names that stand for it in the list of a key's models. */
  readonly accessGroups: readonly string[];
  /** The model whose other name this is; null: it is a model of its own. */
  readonly aliasOf: string | null;
  readonly at: string;
};

/** When a deployment rests, beyond `cooldown` and `allowed_fails`. */
export type BreakerConfiguration = {
  /** Of so many of the last calls … */
  readonly sample: number;
  /** … this share may fail, between 0 and 1. */
  readonly errorShare: number;
  readonly windowMs: number;
  readonly longestRestMs: number;
  /** Instead of `allowed_fails`, by the kind of failure. */
  readonly allowedFails: Readonly<Partial<Record<'error' | 'timeout' | 'rate_limit' | 'credential', number>>>;
};

export type ProbesConfiguration = {
  readonly everyMs: number;
  /** Models whose deployments are asked; null: all that are configured. */
  readonly models: readonly string[] | null;
  /** Those that cannot be asked for nothing are sent a chat of one token. */
  readonly billed: boolean;
  /** Whose last probe failed is left out while others are not; null: not for that alone. */
  readonly leavesOut: { readonly staleMs: number; readonly ignoresTransient: boolean } | null;
};

/** What a failure is of, as retries are counted by it. */
export type RetryCause =
  | 'error'
  | 'timeout'
  | 'rate_limit'
  | 'context_window'
  | 'content_policy'
  | 'credential'
  | 'request';

export type RetryConfiguration = {
  /** Instead of `retries`, for these causes. */
  readonly causes: Readonly<Partial<Record<RetryCause, number>>>;
  /** The same for models of these names. */
  readonly models: Readonly<Record<string, Readonly<Partial<Record<RetryCause, number>>>>>;
  /** No retry comes sooner. */
  readonly leastPauseMs: number;
};

/** What classes of keys are guaranteed of each deployment's rates. */
export type PrioritiesConfiguration = {
  /** Part of a rate, between 0 and 1, from which on it is kept. */
  readonly saturatedAt: number;
  readonly reserved: Readonly<
    Record<
      string,
      { readonly of: 'part'; readonly part: number } | { readonly of: 'rpm' | 'tpm'; readonly amount: number }
    >
  >;
  /** Of those without a class. */
  readonly usualPart: number;
  /** The class of all keys of a team. */
  readonly teams: Readonly<Record<string, string>>;
};

export type AffinityConfiguration = {
  /** After so long without an answer it is forgotten. */
  readonly keptMs: number;
  /** Models at which calls without a session stay where their key was answered last; `*`: all. */
  readonly byKey: readonly string[];
};

export type RoutingConfiguration = {
  readonly strategy: StrategyName;
  readonly strategyOptions: {
    readonly percentile: 'p50' | 'p75' | 'p90' | 'p99';
    /** Share above the lowest latency that is as good as it. */
    readonly latencyBuffer: number;
  };
  /** Where every candidate is at its limits. */
  readonly queue: {
    readonly waitMs: number;
    readonly length: number;
    /** Place of a call that asks for none; lower goes first. Default 0. */
    readonly usualPriority?: number;
  };
  /** Further rounds over the candidates after all of them failed. */
  readonly retries: number;
  readonly retry: RetryConfiguration;
  /** How many attempts may fail again: a share of the calls of the window, and so many beside. */
  readonly retryBudget: { readonly share: number; readonly floor: number; readonly windowMs: number };
  /** Attempts of one call in all, the first included; a fallback has one in any case. */
  readonly maxAttempts: number;
  /** Models that are tried after the asked one. */
  readonly maxFallbacks: number;
  /** For all attempts of a call together, until an answer begins; null: none. */
  readonly deadlineMs: number | null;
  /** A second attempt beside a first one that keeps everybody waiting; null: off. */
  readonly hedge: { readonly after: 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | number; readonly max: number } | null;
  readonly cooldownMs: number;
  /** Failures in a row after which a deployment rests. */
  readonly allowedFails: number;
  readonly breaker: BreakerConfiguration;
  /** null: deployments are judged by the calls made to them alone. */
  readonly probes: ProbesConfiguration | null;
  readonly timeouts: Timeouts;
  /** Who has reserved a part of the deployments' rates; null: nobody. */
  readonly priorities: PrioritiesConfiguration | null;
  /** What keeps the turns of a conversation at one deployment. */
  readonly affinity: AffinityConfiguration;
  /** Models, by name or with a `*`, whose calls take their client's own headers along. */
  readonly clientHeaders: readonly string[];
  /** Whether tags of requests choose deployments: one in common is enough, or all must be had. */
  readonly tagging: 'off' | 'any' | 'all';
  /** For models without fallbacks of their own. */
  readonly defaultFallbacks: readonly string[];
  /** The same by cause, before those: what a LiteLLM file says for the model `*`. */
  readonly fallbacksOfAll: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  /** What becomes of a request that holds something that the upstream's dialect cannot say. */
  readonly unsupported: 'drop' | 'warn' | 'reject';
  /** What becomes of a plain answer that was to be JSON and is not what was asked for: it goes out, or the next one is asked. */
  readonly unfitAnswers: 'pass' | 'fail';
};

/** By id; `*` is for those that have none of their own. */
export type AllowancesById = Readonly<Record<string, AllowanceConfiguration>>;

/** What virtual keys are made with, in LiteLLM's field names. */
export type KeysConfiguration = {
  /** For fields that a request leaves out. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What a request may ask for at most, and gets where it asks for nothing. */
  readonly upperBounds: Readonly<Record<string, unknown>>;
};

/** What users are made with of whom nothing else is said. */
export type NewUsersConfiguration = {
  readonly role: UserRole;
  /** Names and patterns; empty: all. */
  readonly models: readonly string[];
};

export type AllowancesConfiguration = {
  /** Whose midnight begins a day. */
  readonly timeZone: string;
  readonly gateway: AllowanceConfiguration;
  /** For keys without their own. */
  readonly key: AllowanceConfiguration;
  /** The same for what a key does with one model, by the model's name. */
  readonly keyModels: AllowancesById;
  readonly users: AllowancesById;
  readonly teams: AllowancesById;
  readonly projects: AllowancesById;
  readonly organizations: AllowancesById;
  readonly customers: AllowancesById;
  /** Below it the credits of a prepaid organization are told to run low: USD, or a share of its last grant. */
  readonly lowBalance: { readonly usd: string | null; readonly share: number };
  /** A budget of `/budget/new` for customers who have none of their own; null: none. */
  readonly customerBudgetId: string | null;
  readonly tags: AllowancesById;
  readonly providers: AllowancesById;
  readonly deployments: AllowancesById;
};
