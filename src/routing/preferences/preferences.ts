import type { FallbackCause } from '../../catalog/index.ts';

/** Cut-offs by percentile: all that are given must hold. */
export type Cutoffs = Readonly<Partial<Record<'p50' | 'p75' | 'p90' | 'p99', number>>>;

/** What may be paid at most, picodollars per unit; null: no limit. */
export type MaxPrice = {
  readonly input: bigint | null;
  readonly output: bigint | null;
  readonly request: bigint | null;
  readonly image: bigint | null;
  readonly audio: bigint | null;
};

/** OpenRouter's endings of a model's name that say how it is to be served. */
export type Variant = 'nitro' | 'floor' | 'free' | 'exacto' | 'online' | 'thinking';

export type SortBy = 'price' | 'throughput' | 'latency' | 'exacto';

/** Failures that a request asks to be played, so that its fallbacks can be tried. */
export type Mock = {
  /** The first model fails in this way, without an attempt. */
  readonly fails: FallbackCause | 'timeout' | null;
  /** The answer's text, without an attempt; null: a real one. */
  readonly response: string | null;
  /** Names of functions with their arguments that the answer calls. */
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[] | null;
  readonly delayMs: number;
};

/**
 * What a request, its key and its headers say of where and how it wants to be answered: OpenRouter's `provider` object
 * and `models`, LiteLLM's fields and headers, the variants in a model's name. Names of providers are credentials,
 * providers or `provider/region`, in lower case.
 */
export type Preferences = {
  /** Tried in order after the asked model, whatever made it fail. */
  readonly models: readonly string[];
  readonly order: readonly string[] | null;
  readonly only: readonly string[] | null;
  readonly ignore: readonly string[];
  readonly allowFallbacks: boolean;
  readonly requireParameters: boolean;
  readonly denyDataCollection: boolean;
  readonly zeroDataRetention: boolean;
  readonly distillable: boolean;
  readonly quantizations: readonly string[] | null;
  readonly sort: SortBy | null;
  /** `none`: the deployments of all asked models are ranked together. */
  readonly partition: 'model' | 'none';
  readonly maxPrice: MaxPrice | null;
  /** Tokens a second; those below are tried last. */
  readonly minThroughput: Cutoffs | null;
  /** Seconds to the first token; those above are tried last. */
  readonly maxLatencyS: Cutoffs | null;
  readonly region: string | null;
  readonly tags: readonly string[];

  /** Instead of the model's own, by cause. */
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  readonly disableFallbacks: boolean;
  /** Further rounds after every candidate failed; null: as configured. */
  readonly retries: number | null;
  /** Of each attempt; null: the deployment's. */
  readonly timeoutMs: number | null;
  readonly streamTimeoutMs: number | null;
  /** Place in a deployment's queue: lower goes first; null: as configured. */
  readonly queuePriority: number | null;
  readonly mock: Mock | null;

  /** What the request calls its conversation; null: it gives no name. */
  readonly session: string | null;
  /** The plan is asked for with the answer. */
  readonly explain: boolean;
  /** Endings of the asked model's name, in their order, that are no part of it. */
  readonly variants: readonly Variant[];
  /** Outermost members of the body that are for this gateway alone and go to no upstream that does not route by them. */
  readonly ownMembers: readonly string[];
};

export const noPreferences: Preferences = Object.freeze({
  models: [],
  order: null,
  only: null,
  ignore: [],
  allowFallbacks: true,
  requireParameters: false,
  denyDataCollection: false,
  zeroDataRetention: false,
  distillable: false,
  quantizations: null,
  sort: null,
  partition: 'model',
  maxPrice: null,
  minThroughput: null,
  maxLatencyS: null,
  region: null,
  tags: [],
  fallbacks: {},
  disableFallbacks: false,
  retries: null,
  timeoutMs: null,
  streamTimeoutMs: null,
  queuePriority: null,
  mock: null,
  session: null,
  explain: false,
  variants: [],
  ownMembers: [],
});
