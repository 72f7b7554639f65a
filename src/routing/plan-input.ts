import type { Deployment, Model } from '../catalog/index.ts';
import type { DeploymentId } from '../inference/index.ts';
import type { FilterInput } from './filters/filter.ts';
import type { Health } from './health/health.ts';
import type { Strategy, StrategyContext } from './strategies/strategy.ts';

export type Preference = {
  readonly deployment: DeploymentId;
  readonly reason: string;
  /** False: among those of the lowest priority number only. What is cached there is not worth a dearer deployment. */
  readonly outranks: boolean;
};

export type PlanInput = Omit<FilterInput, 'standing' | 'kept'> &
  Omit<StrategyContext, 'stats'> & {
    /** The asked one, then those that the request names beside it. */
    readonly models: readonly Model[];
    readonly strategy: Strategy;
    /** Name of the session that the request belongs to, where it is not remembered; null or left out: it has none. */
    readonly session?: string | null;
    /** Comes first while it does not rest. null: none. */
    readonly preferred: Preference | null;
    /** Why a deployment is left out while others are not, or null; null or left out: nobody is. */
    readonly ifOthers?: ((deployment: Deployment) => string | null) | null;
    readonly health: Pick<Health, 'standing' | 'stats'> & Partial<Pick<Health, 'outliers' | 'unsound'>>;
  };
