import type { Deployment } from '../../catalog/index.ts';
import type { DialectId } from '../../inference/index.ts';
import type { Standing } from '../health/standing.ts';
import type { Needs } from '../needs.ts';
import type { Preferences } from '../preferences/preferences.ts';

export type FilterId =
  | 'operation'
  | 'data_policy'
  | 'allowed_providers'
  | 'modalities'
  | 'context_length'
  | 'require_parameters'
  | 'quantization'
  | 'max_price'
  | 'tags'
  | 'region'
  | 'cooldown';

export type FilterInput = {
  readonly dialect: DialectId;
  /** Whether a deployment's provider offers the operation. */
  readonly speaks: (deployment: Deployment, dialect: DialectId) => boolean;
  readonly preferences: Preferences;
  /** Worked out when a filter first asks: most models have one deployment, and nothing to filter. */
  readonly needs: () => Needs;
  readonly standing: (deployment: Deployment, nowMs: number) => Standing;
  readonly nowMs: number;
};

/** One reason to leave a deployment out. */
export type Filter = {
  readonly id: FilterId;
  /** Why it is left out, with what is asked and what is offered; null: it passes. */
  readonly objection: (deployment: Deployment, input: FilterInput) => string | null;
};
