import { type Allowance, NO_ALLOWANCE } from '../inference/index.ts';
import type { Scope, ScopeKind } from './scope.ts';

/** Allowances by id; `*` is for those that have none of their own. */
export type Allowances = ReadonlyMap<string, Allowance>;

/** Those who are named by an id, and what calls are made to. */
type RuledKind = Exclude<ScopeKind, 'gateway' | 'key'>;

/** What the configuration allows. Replaced as a whole when it is loaded again. */
export type RuleBook = {
  readonly gateway: Allowance;
  /** For keys without budgets, or without a limit of a kind, of their own. */
  readonly key: Allowance;
  /** For what a key without an allowance of its own for the model does with it, by the model's name. */
  readonly keyModel: Allowances;
} & { readonly [Kind in RuledKind]: Allowances };

const NOBODY: Allowances = new Map();

/** Nobody has any. */
export const NO_RULES: RuleBook = Object.freeze({
  gateway: NO_ALLOWANCE,
  key: NO_ALLOWANCE,
  keyModel: NOBODY,
  user: NOBODY,
  member: NOBODY,
  team: NOBODY,
  project: NOBODY,
  organization_member: NOBODY,
  organization: NOBODY,
  customer: NOBODY,
  tag: NOBODY,
  provider: NOBODY,
  deployment: NOBODY,
});

/** Somebody who takes part in a call, with what it was allowed when it was made. */
export type LimitedParty = {
  readonly kind: Exclude<ScopeKind, 'gateway' | 'provider' | 'deployment'>;
  readonly id: string;
  readonly allowance: Allowance;
  /** By model, for what it does with single ones. */
  readonly modelAllowances: Allowances;
};

/** Who calls, and for what, as far as limits are concerned. */
export type LimitedCall = {
  /** The key and all that it belongs to; the customer; the tags. The master key is nobody's, and not among them. */
  readonly parties: readonly LimitedParty[];
  /**
   * The names that the asked model has: as it was asked for, as it is configured, as its provider calls it. Another
   * spelling of a model is no way around its rules. Asked for only where somebody has rules for single models.
   */
  readonly modelNames: () => readonly string[];
  /** What it is expected to use: reserved from token limits until its usage is known. */
  readonly inputTokens: number;
  readonly outputTokens: number;
};

export type AllowedScope = Scope & { readonly allowance: Allowance };

/** Every scope of a call that has rules. */
export function scopesOf({ parties, modelNames }: LimitedCall, rules: RuleBook): AllowedScope[] {
  const scopes: AllowedScope[] = [];
  if (rules.gateway !== NO_ALLOWANCE) scopes.push({ kind: 'gateway', id: '', model: null, allowance: rules.gateway });
  for (const party of parties) {
    const { kind, id, modelAllowances } = party;
    const allowance = allowanceOf(party, rules);
    if (allowance !== NO_ALLOWANCE) scopes.push({ kind, id, model: null, allowance });
    const ofModel =
      modelAllowance(modelAllowances, modelNames) ??
      (kind === 'key' ? modelAllowance(rules.keyModel, modelNames) : null);
    if (ofModel !== null) scopes.push({ kind, id, ...ofModel });
  }
  return scopes;
}

function modelAllowance(
  allowances: Allowances,
  modelNames: () => readonly string[],
): { readonly model: string; readonly allowance: Allowance } | null {
  if (allowances.size === 0) return null;
  const model = modelNames().find((name) => allowances.has(name));
  const allowance = model === undefined ? undefined : allowances.get(model);
  return model === undefined || allowance === undefined ? null : { model, allowance };
}

/** The configuration has the first word about somebody whom it names, and the last about what nobody said. */
function allowanceOf({ kind, id, allowance }: LimitedParty, rules: RuleBook): Allowance {
  if (kind === 'key') return completeAllowance(allowance, rules.key);
  const ruled = rules[kind];
  if (ruled.size === 0) return allowance;
  return ruled.get(id) ?? completeAllowance(allowance, ruled.get('*') ?? NO_ALLOWANCE);
}

export function scopesOfDeployment(deployment: string, provider: string, rules: RuleBook): AllowedScope[] {
  const scopes: AllowedScope[] = [];
  const add = (kind: 'deployment' | 'provider', id: string): void => {
    const allowance = rules[kind].get(id) ?? rules[kind].get('*');
    if (allowance !== undefined) scopes.push({ kind, id, model: null, allowance });
  };
  add('deployment', deployment);
  add('provider', provider);
  return scopes;
}

const completed = new WeakMap<Allowance, WeakMap<Allowance, Allowance>>();

/**
 * Budgets of one's own that refuse anything, else the usual ones beside what is only told; and a usual limit where there
 * is none of its kind. The same object for the same two.
 */
export function completeAllowance(own: Allowance, usual: Allowance): Allowance {
  if (usual === NO_ALLOWANCE) return own;
  if (own === NO_ALLOWANCE) return usual;
  let known = completed.get(usual);
  if (known === undefined) {
    known = new WeakMap();
    completed.set(usual, known);
  }
  let allowance = known.get(own);
  if (allowance === undefined) {
    const isOwn = ({ measure, per }: Allowance['limits'][number]): boolean =>
      own.limits.some((limit) => limit.measure === measure && limit.per === per);
    const isHard = own.budgets.some(({ policy }) => policy !== 'soft');
    allowance = {
      budgets: isHard ? own.budgets : [...own.budgets, ...usual.budgets],
      limits: [...own.limits, ...usual.limits.filter((limit) => !isOwn(limit))],
    };
    known.set(own, allowance);
  }
  return allowance;
}
