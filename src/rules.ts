import type {
  AllowanceConfiguration,
  AllowancesById,
  AllowancesConfiguration,
  PrioritiesConfiguration,
} from './config/index.ts';
import { type Allowance, NO_ALLOWANCE } from './inference/index.ts';
import { type Allowances, NO_RULES, type PriorityClass, type RuleBook } from './limits/index.ts';
import type { Priorities } from './pipeline/index.ts';
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

/** Whom the configuration allows something by name, without saying who that is. */
export function isNamedIn(allowances: AllowancesConfiguration): IsNamed {
  return (kind, id) => [id, '*'].some((name) => Object.hasOwn(allowances[`${kind}s`], name));
}

type IsNamed = (kind: 'team' | 'project' | 'organization', id: string) => boolean;

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

/** What limits of deployments are told of priority classes by the configuration; null: there are none. */
export function buildPriorities(configured: PrioritiesConfiguration | null): Priorities | null {
  if (configured === null) return null;
  const { saturatedAt, reserved, usualPart, teams } = configured;
  // Parts of more than the whole are parts of what they come to together.
  const sum = Object.values(reserved).reduce((all, each) => all + (each.of === 'part' ? each.part : 0), usualPart);
  const scale = Math.max(1, sum);
  const classOf = (name: string, what: PriorityClass['reserved']): PriorityClass => ({
    name,
    reserved: what.of === 'part' ? { of: 'part', part: what.part / scale } : what,
  });
  const named = Object.entries(reserved).map(([name, what]) => classOf(name, what));
  const usual = classOf('', { of: 'part', part: usualPart });
  const byName = new Map(named.map((each) => [each.name, each]));
  const byTeam = new Map(Object.entries(teams).map(([team, name]) => [team, byName.get(name) ?? usual]));
  return { saturatedAt, classes: [...named, usual], byName, byTeam, usual };
}
