import type { Action } from '../action.ts';
import type { KeyTerms } from '../key-terms.ts';
import type { KeyMember } from './settable.ts';

/**
 * What it takes to set a field, besides being allowed what the route does. `ceiling`: that neither those above whom it
 * stands nor the key that asks have less. `place`: being allowed to make the whole where it is to stand. `rank`: being
 * no less oneself. `operator`: being allowed everything. Else another line of the matrix.
 */
export type Need = 'nothing' | 'ceiling' | 'place' | 'rank' | 'operator' | Action;

/** `field`: its name in LiteLLM's API. */
export type FieldRule = { readonly field: string; readonly needs: Need };

const TERMS: Readonly<Record<keyof KeyTerms, FieldRule>> = {
  softBudget: { field: 'soft_budget', needs: 'nothing' },
  budgetDuration: { field: 'budget_duration', needs: 'ceiling' },
  tpmLimit: { field: 'tpm_limit', needs: 'ceiling' },
  maxParallelRequests: { field: 'max_parallel_requests', needs: 'ceiling' },
  modelMaxBudget: { field: 'model_max_budget', needs: 'ceiling' },
  modelRpmLimit: { field: 'model_rpm_limit', needs: 'ceiling' },
  modelTpmLimit: { field: 'model_tpm_limit', needs: 'ceiling' },
  budgets: { field: 'budgets', needs: 'ceiling' },
  increase: { field: 'temp_budget_increase', needs: 'ceiling' },
  isManagement: { field: 'key_type', needs: 'key.allow' },
  isScim: { field: 'key_type', needs: 'key.allow' },
  includeByokInLimit: { field: 'include_byok_in_limit', needs: 'nothing' },
  forgiven: { field: 'spend', needs: 'key.allow' },
  allowedRoutes: { field: 'allowed_routes', needs: 'key.allow' },
  allowedCacheControls: { field: 'allowed_cache_controls', needs: 'nothing' },
  enforcedParams: { field: 'enforced_params', needs: 'key.allow' },
  budgetId: { field: 'budget_id', needs: 'key.allow' },
  rates: { field: 'rates', needs: 'operator' },
  policy: { field: 'routing', needs: 'operator' },
  managedAt: { field: 'managed_at', needs: 'operator' },
};

export const keyFieldRules: Readonly<Record<KeyMember, FieldRule>> = {
  ...TERMS,
  keyAlias: { field: 'key_alias', needs: 'nothing' },
  userId: { field: 'user_id', needs: 'place' },
  teamId: { field: 'team_id', needs: 'place' },
  projectId: { field: 'project_id', needs: 'place' },
  organizationId: { field: 'organization_id', needs: 'place' },
  models: { field: 'models', needs: 'ceiling' },
  aliases: { field: 'aliases', needs: 'nothing' },
  metadata: { field: 'metadata', needs: 'nothing' },
  tags: { field: 'tags', needs: 'ceiling' },
  priority: { field: 'metadata.priority', needs: 'key.allow' },
  maxBudgetNanoUsd: { field: 'max_budget', needs: 'ceiling' },
  rpmLimit: { field: 'rpm_limit', needs: 'ceiling' },
  expiresAtMs: { field: 'duration', needs: 'ceiling' },
  blocked: { field: 'blocked', needs: 'key.block' },
};
