import type { AllowanceConfiguration, AllowancesById, AllowancesConfiguration } from './config/index.ts';
import { type Allowance, NO_ALLOWANCE } from './inference/index.ts';
import { type Allowances, NO_RULES, type RuleBook } from './limits/index.ts';
import { nanoFromUsd } from './std/index.ts';

/** What limits are told by the configuration. */
export function buildRules(configured: AllowancesConfiguration): RuleBook {
  const { gateway, key, keyModels, users, teams, projects, organizations, customers, tags, providers, deployments } =
    configured;
  return {
    ...NO_RULES,
    gateway: allowanceOf(gateway),
    key: allowanceOf(key),
    keyModel: allowancesOf(keyModels),
    user: allowancesOf(users),
    team: allowancesOf(teams),
    project: allowancesOf(projects),
    organization: allowancesOf(organizations),
    customer: allowancesOf(customers),
    tag: allowancesOf(tags),
    provider: allowancesOf(providers),
    deployment: allowancesOf(deployments),
  };
}

function allowancesOf(configured: AllowancesById): Allowances {
  return new Map(Object.entries(configured).map(([id, allowance]) => [id, allowanceOf(allowance)]));
}

function allowanceOf({ budgets, limits }: AllowanceConfiguration): Allowance {
  if (budgets.length === 0 && limits.length === 0) return NO_ALLOWANCE;
  return Object.freeze({
    budgets: budgets.map(({ usd, window, policy, softUsd }) => ({
      window,
      limitNanoUsd: nanoFromUsd(usd),
      policy,
      softNanoUsd: softUsd === null ? null : nanoFromUsd(softUsd),
      increase: null,
    })),
    limits,
  });
}
