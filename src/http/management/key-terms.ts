import { type BudgetTerms, type KeyTerms, routesOfKeyType } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { KeyFields } from '../keys/contract-key.ts';
import type { LimitFields } from './contract-limits.ts';
import { durationMs } from './duration.ts';

/** What of it is about routes, and which budget it refers to, is a key's alone. */
type TermFields = LimitFields &
  Pick<Partial<KeyFields>, 'allowed_routes' | 'key_type' | 'allowed_cache_controls' | 'budget_id'> & {
    readonly enforced_params?: readonly string[] | null | undefined;
  };

/** The terms that a request asks for, from those that are: what it leaves out stays, null takes away. */
export function termsFrom(fields: TermFields, before: KeyTerms, nowMs: number): KeyTerms {
  return {
    softBudget: changed(fields.soft_budget, before.softBudget, String),
    budgetDuration: changed(fields.budget_duration, before.budgetDuration, asIs),
    tpmLimit: changed(fields.tpm_limit, before.tpmLimit, asIs),
    maxParallelRequests: changed(fields.max_parallel_requests, before.maxParallelRequests, asIs),
    modelMaxBudget: changed(fields.model_max_budget, before.modelMaxBudget, modelBudgets),
    modelRpmLimit: changed(fields.model_rpm_limit, before.modelRpmLimit, asIs),
    modelTpmLimit: changed(fields.model_tpm_limit, before.modelTpmLimit, asIs),
    budgets: changed(fields.budgets ?? fields.budget_limits, before.budgets, (budgets) => budgets.map(budgetTerms)),
    increase: increaseFrom(fields, before, nowMs),
    forgiven: before.forgiven,
    allowedRoutes: changed(fields.allowed_routes ?? routesOfType(fields.key_type), before.allowedRoutes, asIs),
    allowedCacheControls: changed(fields.allowed_cache_controls, before.allowedCacheControls, asIs),
    enforcedParams: changed(fields.enforced_params, before.enforcedParams, asIs),
    isManagement: kindBy('management', fields.key_type, before.isManagement),
    isScim: kindBy('scim', fields.key_type, before.isScim),
    includeByokInLimit: before.includeByokInLimit,
    budgetId: changed(fields.budget_id, before.budgetId, asIs),
  };
}

function changed<Asked, Kept>(
  asked: Asked | null | undefined,
  before: Kept | undefined,
  read: (asked: Asked) => Kept,
): Kept | undefined {
  if (asked === undefined) return before;
  return asked === null ? undefined : read(asked);
}

/** A type is a group of routes by another name: `default` is all of them. */
function routesOfType(type: KeyFields['key_type']): readonly string[] | null | undefined {
  return type === undefined || type === null ? undefined : routesOfKeyType(type);
}

/** A key that manages keys, or keeps a directory, is another kind of key, not only one with other routes. */
function kindBy(kind: 'management' | 'scim', type: KeyFields['key_type'], before: true | undefined): true | undefined {
  if (type === undefined || type === null) return before;
  return type === kind ? true : undefined;
}

function asIs<Value>(value: Value): Value {
  return value;
}

type Given<Field extends keyof LimitFields> = NonNullable<LimitFields[Field]>;

function modelBudgets(budgets: Given<'model_max_budget'>): NonNullable<KeyTerms['modelMaxBudget']> {
  return Object.fromEntries(
    Object.entries(budgets).map(([model, { nano, per }]) => [model, { nanoUsd: String(nano), per }]),
  );
}

function budgetTerms({ usd, per, on_exhausted: policy, soft }: Given<'budgets'>[number]): BudgetTerms {
  return { nanoUsd: String(usd), per, policy, softNanoUsd: soft === undefined ? undefined : String(soft) };
}

/** Each of the two may be changed alone, and neither is anything without the other. */
function increaseFrom(fields: LimitFields, { increase }: KeyTerms, nowMs: number): KeyTerms['increase'] {
  const { temp_budget_increase: asked, temp_budget_expiry: expiry } = fields;
  if (asked === null || expiry === null) return undefined;
  if (asked === undefined && expiry === undefined) return increase;
  const nanoUsd = asked === undefined ? increase?.nanoUsd : String(asked);
  const untilMs = expiry === undefined ? increase?.untilMs : instantOf(expiry, nowMs);
  if (nanoUsd === undefined || untilMs === undefined) {
    throw new GatewayError('invalid_request', 'temp_budget_increase and temp_budget_expiry go together.', {
      param: nanoUsd === undefined ? 'temp_budget_increase' : 'temp_budget_expiry',
    });
  }
  return { nanoUsd, untilMs };
}

function instantOf(expiry: string, nowMs: number): number {
  const fromNowMs = durationMs(expiry);
  if (fromNowMs !== null) return nowMs + fromNowMs;
  const instant = Date.parse(/\d$/.test(expiry) && expiry.includes('T') ? `${expiry}Z` : expiry);
  if (Number.isFinite(instant)) return instant;
  throw new GatewayError(
    'invalid_request',
    `'temp_budget_expiry' must be a date such as 2026-12-01T00:00:00Z or a time from now such as 24h, not '${expiry}'.`,
    { param: 'temp_budget_expiry' },
  );
}
