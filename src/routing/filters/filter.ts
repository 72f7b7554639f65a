import type { Deployment, Model } from '../../catalog/index.ts';
import type { CallerPolicy, DeploymentId, DialectId } from '../../inference/index.ts';
import type { Standing } from '../health/standing.ts';
import type { Needs } from '../needs.ts';
import type { Preferences } from '../preferences/preferences.ts';

export type FilterId =
  | 'operation'
  | 'access'
  | 'data_policy'
  | 'allowed_providers'
  | 'modalities'
  | 'context_length'
  | 'output_length'
  | 'capabilities'
  | 'service_tier'
  | 'require_parameters'
  | 'quantization'
  | 'max_price'
  | 'distillable'
  | 'tags'
  | 'region'
  | 'policy'
  | 'team_credential'
  | 'overlay'
  | 'cooldown'
  /** Not a filter: who failed a probe, as long as somebody did not. */
  | 'probe'
  /** Not a filter: what stands behind the first candidate where no fallbacks are allowed. */
  | 'allow_fallbacks';

/** `any`: one tag in common is enough; `all`: the deployment has every tag of the request. */
export type Tagging = 'off' | 'any' | 'all';

export type FilterInput = {
  readonly dialect: DialectId;
  /** Whether a deployment's provider offers the operation. */
  readonly speaks: (deployment: Deployment, dialect: DialectId) => boolean;
  /** Why this caller may not use a deployment of the model; null: it may, or (the function) all may. */
  readonly denies: ((deployment: Deployment) => string | null) | null;
  /** Whether this preference goes out with the request, to a provider that heeds it. */
  readonly passesOn: ((deployment: Deployment, preference: string) => boolean) | null;
  /** What the caller's program calls itself; null or left out: nothing. */
  readonly userAgent?: string | null;
  /** Whether tags choose deployments. Default off. */
  readonly tagging?: Tagging;
  readonly preferences: Preferences;
  /** Worked out when a filter first asks: most models have one deployment, and nothing to filter. */
  readonly needs: () => Needs;
  /** Of those that the caller belongs to; left out: none. */
  readonly policies?: readonly CallerPolicy[];
  /** By provider, what the caller's team calls it by; left out: the shared ones. */
  readonly ownCredentials?: Readonly<Record<string, string>>;
  /** Those that are some team's own; left out: none. */
  readonly teamCredentials?: ReadonlySet<string>;
  /** What knows the response that is continued, or the session; null or left out: nobody. */
  readonly kept?: DeploymentId | null;
  readonly standing: (deployment: Deployment, nowMs: number) => Standing;
  readonly nowMs: number;
};

/** Why a deployment is left out, with what is asked and what is offered; null: it passes. */
export type Objection = (deployment: Deployment) => string | null;

/** One reason to leave deployments out. */
export type Filter = {
  readonly id: FilterId;
  /** The member of a request that asks for it; null: none does. */
  readonly field: string | null;
  /** What asks about each deployment; null: this request asks for nothing of the kind. Once for each model of a plan. */
  readonly objectionsTo: (input: FilterInput, model: Model) => Objection | null;
};
