import type { DialectId, ProviderId } from '../inference/index.ts';
import type { Deployment, FallbackCause, Model } from './model.ts';
import type { OperatorPrice } from './operator-price.ts';

/** What the operator configured, in the shapes that the catalog reads. */
export type OperatorDeployment = {
  readonly credential: string;
  readonly upstreamModel: string;
  readonly baseModel: string | null;
  readonly priority: number;
  readonly weight: number;
  readonly limits: Deployment['limits'];
  readonly price: OperatorPrice | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly timeouts: Partial<Deployment['timeouts']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly id: string | null;
  readonly at: string;
};

export type OperatorModel = {
  readonly name: string;
  readonly deployments: readonly OperatorDeployment[];
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly string[]>>>;
  readonly hidden: boolean;
};

/** What the catalog asks of a provider's row. */
export type CatalogProvider = {
  readonly speaks: Readonly<Partial<Record<DialectId, unknown>>>;
  readonly makerOf: readonly string[];
  readonly aggregator: boolean;
  readonly sandbox: boolean;
  readonly pricedAs: string | null;
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
  readonly credentials: readonly { readonly name: string; readonly provider: ProviderId }[];
  readonly provider: (id: ProviderId) => CatalogProvider | null;
  readonly sandboxModels: readonly SandboxFact[];
  readonly timeouts: Deployment['timeouts'];
  readonly defaultFallbacks: readonly string[];
  /** By cause, before the default ones, for models that have none of their own for it. */
  readonly fallbacksOfAll?: Model['fallbacks'];
  /** For prices that begin on a day. */
  readonly nowMs: number;
};
