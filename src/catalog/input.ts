import type { DialectId, ProviderId, RoutingFamily, ServiceTier } from '../inference/index.ts';
import type { DataPolicy, Deployment, FallbackCause, Features, Model } from './model.ts';
import type { OperatorPrice } from './operator-price.ts';
import type { Adjust } from './overlays/adjusting.ts';

/** What the operator says of a deployment, or of all deployments of a credential; null: nothing. */
export type OperatorFacts = Pick<Features, 'inputs' | 'outputs' | 'parameters' | 'quantization' | 'distillable'> & {
  readonly region: string | null;
  readonly tags: readonly string[] | null;
  readonly has: readonly string[];
  readonly lacks: readonly string[];
  readonly data: DataPolicy;
};

/** What the operator configured, in the shapes that the catalog reads. */
export type OperatorDeployment = {
  readonly credential: string;
  readonly upstreamModel: string;
  readonly baseModel: string | null;
  readonly priority: number;
  readonly weight: number;
  readonly retries?: number;
  readonly limits: Deployment['limits'];
  readonly team?: Deployment['team'];
  readonly price: OperatorPrice | null;
  /** Regular expressions that were found to be such. */
  readonly tagPatterns?: readonly string[];
  readonly tierPrices?: Readonly<Partial<Record<ServiceTier, OperatorPrice>>>;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly timeouts: Partial<Deployment['timeouts']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly facts?: OperatorFacts;
  readonly limitedAs?: Deployment['limitedAs'];
  readonly id: string | null;
  readonly at: string;
};

export type OperatorModel = {
  readonly name: string;
  readonly deployments: readonly OperatorDeployment[];
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  readonly hidden: boolean;
  /** Names that stand for it, and for others, in a key's list. */
  readonly accessGroups: readonly string[];
  /** Another name for this model, with the same deployments; null: a model of its own. */
  readonly aliasOf: string | null;
};

/** What the catalog asks of a provider's row. */
export type CatalogProvider = {
  readonly speaks: Readonly<Partial<Record<DialectId, unknown>>>;
  readonly makerOf: readonly string[];
  readonly aggregator: boolean;
  readonly sandbox: boolean;
  readonly pricedAs: string | null;
  /** What it is called elsewhere, in lower case. */
  readonly alsoCalled?: readonly string[];
  /** Usually runs on the operator's own machines. */
  readonly local?: boolean;
  /** What it documents of prompts that it is sent. */
  readonly data?: DataPolicy;
  /** A gateway that routes by these words itself. */
  readonly routesBy?: RoutingFamily | null;
};

export type CatalogCredential = {
  readonly name: string;
  readonly provider: ProviderId;
  readonly baseUrl?: string | null;
  readonly auth?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly facts?: OperatorFacts;
};

export type SandboxFact = {
  readonly id: string;
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
  readonly contextWindow: number;
  readonly maxOutput: number;
};

export type CatalogInput = {
  readonly models: readonly OperatorModel[];
  readonly credentials: readonly CatalogCredential[];
  readonly provider: (id: ProviderId) => CatalogProvider | null;
  readonly sandboxModels: readonly SandboxFact[];
  readonly timeouts: Deployment['timeouts'];
  readonly defaultFallbacks: readonly string[];
  /** By cause, before the default ones, for models that have none of their own for it. */
  readonly fallbacksOfAll?: Model['fallbacks'];
  /** Deployments as they are for a while; left out: as configured. */
  readonly adjust?: Adjust;
  /** For prices that begin on a day. */
  readonly nowMs: number;
};
