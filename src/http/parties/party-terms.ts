import type { PartyChanges, PartyTerms, StoredTerms } from '../../access/index.ts';
import type { LimitFields } from '../management/contract-limits.ts';
import { termsFrom } from '../management/key-terms.ts';

/** The terms that a request asks for, from those that are: what it leaves out stays, null takes away. */
type TermFields = LimitFields & { readonly enforced_params?: readonly string[] | null | undefined };

export function partyTermsFrom(fields: TermFields, before: PartyTerms, nowMs: number): PartyTerms {
  const { max_budget: budget, rpm_limit: rpm } = fields;
  return {
    maxBudgetNanoUsd: budget === undefined ? before.maxBudgetNanoUsd : budget,
    rpmLimit: rpm === undefined ? before.rpmLimit : rpm,
    terms: termsFrom(fields, before.terms, nowMs),
  };
}

export const NO_TERMS: PartyTerms = { maxBudgetNanoUsd: null, rpmLimit: null, terms: {} };

export function storedTerms({ maxBudgetNanoUsd, rpmLimit, terms }: PartyTerms): StoredTerms {
  return { maxBudget: maxBudgetNanoUsd?.toString(), rpmLimit: rpmLimit ?? undefined, terms };
}

type CommonFields = TermFields & {
  readonly models?: readonly string[] | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  readonly blocked?: boolean | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
};

/** What every kind of party has; what the request leaves out stays as it is. */
export function commonChanges(fields: CommonFields, before: PartyTerms & PartyChanges, nowMs: number): PartyChanges {
  const { models, metadata, blocked, tags } = fields;
  const kept = metadata === undefined ? before.metadata : (metadata ?? {});
  return {
    ...partyTermsFrom(fields, before, nowMs),
    models: models === undefined ? before.models : (models ?? []),
    metadata: tags === undefined ? kept : { ...kept, tags: tags ?? [] },
    blocked: blocked ?? before.blocked,
  };
}
