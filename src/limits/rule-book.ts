import { type Allowance, NO_ALLOWANCE } from '../inference/index.ts';
import type { Scope } from './scope.ts';

/** Allowances by id; `*` is for those that have none of their own. */
export type Allowances = ReadonlyMap<string, Allowance>;

/** What the configuration allows. Replaced as a whole when it is loaded again. */
export type RuleBook = {
  readonly gateway: Allowance;
  /** For keys without budgets, or without a limit of a kind, of their own. */
  readonly key: Allowance;
  readonly users: Allowances;
  readonly teams: Allowances;
  readonly customers: Allowances;
  readonly tags: Allowances;
  readonly providers: Allowances;
  readonly deployments: Allowances;
};

/** Nobody has any. */
export const NO_RULES: RuleBook = Object.freeze({
  gateway: NO_ALLOWANCE,
  key: NO_ALLOWANCE,
  users: new Map(),
  teams: new Map(),
  customers: new Map(),
  tags: new Map(),
  providers: new Map(),
  deployments: new Map(),
});

/** Who calls, and for what, as far as limits are concerned. */
export type LimitedCall = {
  /** null: the master key, which has no limits of its own. */
  readonly key: {
    readonly keyId: string;
    readonly userId: string | null;
    readonly teamId: string | null;
    readonly allowance: Allowance;
    readonly modelAllowances: Allowances;
  } | null;
  readonly model: string;
  readonly customer: string | null;
  readonly tags: readonly string[];
  /** What it is expected to use: reserved from token limits until its usage is known. */
  readonly inputTokens: number;
  readonly outputTokens: number;
};

export type AllowedScope = Scope & { readonly allowance: Allowance };

/** Every scope of a call that has rules. */
export function scopesOf({ key, model, customer, tags }: LimitedCall, rules: RuleBook): AllowedScope[] {
  const scopes: AllowedScope[] = [];
  const add = (kind: Scope['kind'], id: string | null, allowances: Allowances): void => {
    if (id === null || allowances.size === 0) return;
    const allowance = allowances.get(id) ?? allowances.get('*');
    if (allowance !== undefined) scopes.push({ kind, id, allowance });
  };
  if (rules.gateway !== NO_ALLOWANCE) scopes.push({ kind: 'gateway', id: '', allowance: rules.gateway });
  if (key !== null) {
    const allowance = keyAllowance(key.allowance, rules);
    if (allowance !== NO_ALLOWANCE) scopes.push({ kind: 'key', id: key.keyId, allowance });
    const ofModel = key.modelAllowances.size === 0 ? undefined : key.modelAllowances.get(model);
    if (ofModel !== undefined) scopes.push({ kind: 'key_model', id: `${key.keyId}\n${model}`, allowance: ofModel });
    add('user', key.userId, rules.users);
    add('team', key.teamId, rules.teams);
  }
  add('customer', customer, rules.customers);
  for (const tag of tags) add('tag', tag, rules.tags);
  return scopes;
}

export function scopesOfDeployment(deployment: string, provider: string, rules: RuleBook): AllowedScope[] {
  const scopes: AllowedScope[] = [];
  const ofDeployment = rules.deployments.get(deployment) ?? rules.deployments.get('*');
  if (ofDeployment !== undefined) scopes.push({ kind: 'deployment', id: deployment, allowance: ofDeployment });
  const ofProvider = rules.providers.get(provider) ?? rules.providers.get('*');
  if (ofProvider !== undefined) scopes.push({ kind: 'provider', id: provider, allowance: ofProvider });
  return scopes;
}

const completed = new WeakMap<RuleBook, WeakMap<Allowance, Allowance>>();

/** A key's own budgets, else the default ones; a default limit where the key has none of its kind. */
function keyAllowance(own: Allowance, rules: RuleBook): Allowance {
  if (rules.key === NO_ALLOWANCE) return own;
  if (own === NO_ALLOWANCE) return rules.key;
  let known = completed.get(rules);
  if (known === undefined) {
    known = new WeakMap();
    completed.set(rules, known);
  }
  let allowance = known.get(own);
  if (allowance === undefined) {
    const isOwn = ({ measure, per }: Allowance['limits'][number]): boolean =>
      own.limits.some((limit) => limit.measure === measure && limit.per === per);
    allowance = {
      budgets: own.budgets.length > 0 ? own.budgets : rules.key.budgets,
      limits: [...own.limits, ...rules.key.limits.filter((limit) => !isOwn(limit))],
    };
    known.set(own, allowance);
  }
  return allowance;
}
