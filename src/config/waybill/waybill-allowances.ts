import type { AllowanceConfiguration, BudgetConfiguration } from '../allowance-configuration.ts';
import type { AllowancesById } from '../configuration.ts';
import { type Draft, given } from '../draft.ts';
import { ratesOf } from '../settings/rate-names.ts';
import type { WaybillFile } from './schema.ts';

export type BudgetEntry = NonNullable<NonNullable<WaybillFile['budgets']>['gateway']>[number];
export type RatesEntry = NonNullable<NonNullable<WaybillFile['limits']>['gateway']>;

/** Budgets and rate limits of a file of our own schema. */
export function readAllowances({ timezone, defaults, budgets, limits }: WaybillFile): Draft['allowances'] {
  return given({
    timeZone: timezone,
    gateway: allowanceOf(budgets?.gateway, limits?.gateway),
    key: allowanceOf(defaults?.key?.budgets, defaults?.key?.limits),
    keyModels: byId({}, defaults?.key?.models),
    users: byId(budgets?.users, limits?.users),
    teams: byId(budgets?.teams, limits?.teams),
    projects: byId(budgets?.projects, limits?.projects),
    organizations: byId(budgets?.organizations, limits?.organizations),
    customers: byId(budgets?.customers, limits?.customers),
    lowBalance: lowBalanceOf(defaults?.organization?.low_balance),
    customerBudgetId: defaults?.customer?.budget_id,
    tags: byId(budgets?.tags, limits?.tags),
    providers: byId(budgets?.providers, limits?.providers),
    deployments: byId(budgets?.deployments, limits?.deployments),
  });
}

function lowBalanceOf(low: { readonly usd?: string | undefined; readonly share?: number | undefined } | undefined) {
  return low === undefined ? undefined : { usd: low.usd ?? null, share: low.share ?? 0 };
}

function byId(
  budgets: Readonly<Record<string, readonly BudgetEntry[]>> = {},
  limits: Readonly<Record<string, RatesEntry>> = {},
): AllowancesById {
  const ids = new Set([...Object.keys(budgets), ...Object.keys(limits)]);
  return Object.fromEntries([...ids].map((id) => [id, allowanceOf(budgets[id], limits[id])]));
}

export function allowanceOf(budgets: readonly BudgetEntry[] = [], limits: RatesEntry = {}): AllowanceConfiguration {
  return { budgets: budgets.map(budgetOf), limits: ratesOf(limits) };
}

function budgetOf({ usd, per, on_exhausted: policy, soft }: BudgetEntry): BudgetConfiguration {
  return { usd, window: per, policy: policy ?? 'clamp', softUsd: soft ?? null };
}
