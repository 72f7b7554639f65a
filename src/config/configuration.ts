import type { TimeWindow } from '../std/index.ts';
import type { StrategyName } from './settings/strategies.ts';

/**
 * The one frozen value that the configuration becomes, whichever schema it was written in (ours or LiteLLM's). Plain
 * data: the rooms take from it what they need through `main.ts`.
 */
export type Configuration = {
  readonly source: ConfigurationSource;
  readonly server: ServerConfiguration;
  readonly secrets: { readonly masterKey: Secret | null; readonly secretKey: string | null };
  readonly store: { readonly databaseUrl: string | null; readonly redisUrl: string | null };
  readonly network: NetworkConfiguration;
  readonly credentials: readonly CredentialConfiguration[];
  /** What the clouds' own chains read of the environment; empty where no credential is a cloud's. Some of it is secret. */
  readonly cloudVariables: Readonly<Record<string, string>>;
  readonly models: readonly ModelConfiguration[];
  readonly routing: RoutingConfiguration;
  readonly allowances: AllowancesConfiguration;
  readonly requestLog: 'on' | 'off';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly budgetExceededStatus: 400 | 402 | 422 | 429;
  /** One line each, printed at start: what was picked up from the environment, what could not be honoured. */
  readonly notices: readonly string[];
};

export type ConfigurationSource = {
  readonly schema: 'waybill' | 'litellm' | 'none';
  /** Every file read, the main one first; `--watch` and SIGHUP read them again. */
  readonly files: readonly string[];
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
};

export type NetworkConfiguration = {
  /** PEM texts added to the public roots. */
  readonly ca: readonly string[];
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  readonly noProxy: string | null;
};

export type Timeouts = {
  readonly connectMs: number;
  /** Until the first byte of content: headers and keep-alive comments do not count. */
  readonly firstByteMs: number;
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
  readonly origin: 'file' | 'environment' | 'default';
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

export type LimitsConfiguration = {
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
  readonly limits: LimitsConfiguration;
  readonly price: PriceConfiguration | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly timeouts: Partial<Timeouts>;
  /** Request headers added upstream. */
  readonly headers: Readonly<Record<string, string>>;
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
  readonly at: string;
};

export type RoutingConfiguration = {
  readonly strategy: StrategyName;
  readonly strategyOptions: {
    readonly percentile: 'p50' | 'p75' | 'p90' | 'p99';
    /** Share above the lowest latency that is as good as it. */
    readonly latencyBuffer: number;
  };
  /** Further tries on the same deployment before the next candidate. */
  readonly retries: number;
  /** Where every candidate is at its limits. */
  readonly queue: { readonly waitMs: number; readonly length: number };
  /** Candidates tried in all, the first included. */
  readonly maxAttempts: number;
  readonly cooldownMs: number;
  /** Failures within a minute after which a deployment rests. */
  readonly allowedFails: number;
  readonly timeouts: Timeouts;
  /** For models without fallbacks of their own. */
  readonly defaultFallbacks: readonly string[];
  /** What becomes of a request that holds something that the upstream's dialect cannot say. */
  readonly unsupported: 'drop' | 'warn' | 'reject';
};

/** `usd` is decimal text, for this is printed as JSON. */
export type BudgetConfiguration = {
  readonly usd: string;
  readonly window: TimeWindow;
  readonly policy: 'clamp' | 'reject' | 'soft';
  /** null: none. */
  readonly softUsd: string | null;
};

export type RateConfiguration = {
  readonly measure: 'requests' | 'tokens' | 'input_tokens' | 'output_tokens' | 'parallel';
  /** null: calls at the same time. */
  readonly per: 'minute' | 'hour' | 'day' | null;
  readonly limit: number;
};

export type AllowanceConfiguration = {
  readonly budgets: readonly BudgetConfiguration[];
  readonly limits: readonly RateConfiguration[];
};

/** By id; `*` is for those that have none of their own. */
export type AllowancesById = Readonly<Record<string, AllowanceConfiguration>>;

export type AllowancesConfiguration = {
  /** Whose midnight begins a day. */
  readonly timeZone: string;
  readonly gateway: AllowanceConfiguration;
  /** For keys without their own. */
  readonly key: AllowanceConfiguration;
  readonly users: AllowancesById;
  readonly teams: AllowancesById;
  readonly customers: AllowancesById;
  readonly tags: AllowancesById;
  readonly providers: AllowancesById;
  readonly deployments: AllowancesById;
};
