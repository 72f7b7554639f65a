import type { DialectId, ProviderId, RoutingFamily } from '../inference/index.ts';
import type { Deployment, FallbackCause } from './model.ts';
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
  readonly routesBy: RoutingFamily | null;
  readonly local: boolean;
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
  /** For prices that begin on a day. */
  readonly nowMs: number;
};
