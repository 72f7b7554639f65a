import type { KeyTerms, PartyTerms, StoredTerms } from '../../access/index.ts';
import { nanoFromUsd, parseTimeWindow } from '../../std/index.ts';
import { instantIn, type LitellmRow, mappingIn, rateIn, type Say, textIn, textsIn, usdIn } from './litellm-row.ts';

/** How much a row of LiteLLM's allows: its columns, and what it keeps in `metadata`. */
export function termsIn(row: LitellmRow, say: Say): PartyTerms {
  const metadata = mappingIn(row, 'metadata');
  const softNano = usdIn(row, 'soft_budget', say);
  const terms: KeyTerms = {
    softBudget: softNano === null || softNano === 0n ? undefined : String(softNano),
    budgetDuration: periodIn(row, 'budget_duration', say),
    tpmLimit: rateIn(row, 'tpm_limit', say) ?? undefined,
    maxParallelRequests: rateIn(row, 'max_parallel_requests', say) ?? undefined,
    modelMaxBudget: modelBudgets(mappingIn(row, 'model_max_budget'), say),
    modelRpmLimit: rates('model_rpm_limit', row, metadata, say),
    modelTpmLimit: rates('model_tpm_limit', row, metadata, say),
    budgets: furtherBudgets(row['budget_limits'], say),
    increase: increaseIn(metadata, say),
    enforcedParams: enforcedIn(metadata),
  };
  return {
    maxBudgetNanoUsd: usdIn(row, 'max_budget', say),
    rpmLimit: rateIn(row, 'rpm_limit', say),
    terms: withoutNothing(terms),
  };
}

export function storedTermsOf({ maxBudgetNanoUsd, rpmLimit, terms }: PartyTerms): StoredTerms {
  return { maxBudget: maxBudgetNanoUsd?.toString(), rpmLimit: rpmLimit ?? undefined, terms };
}

function withoutNothing(terms: KeyTerms): KeyTerms {
  return Object.fromEntries(Object.entries(terms).filter(([, term]) => term !== undefined));
}

function periodIn(row: LitellmRow, name: string, say: Say): string | undefined {
  const text = textIn(row, name);
  if (text === null) return undefined;
  if (parseTimeWindow(text) !== null) return text;
  say(name, `'${text}' is no period here; the budget is for all of time, the strictest`);
  return undefined;
}

/** LiteLLM has had two names for each, and an amount alone. */
function modelBudgets(budgets: LitellmRow, say: Say): KeyTerms['modelMaxBudget'] {
  const read = Object.entries(budgets).flatMap(([model, budget]) => {
    const field = `model_max_budget.${model}`;
    const row: LitellmRow = typeof budget === 'object' && budget !== null ? { ...budget } : { max_budget: budget };
    const named: Say = (_, reason) => say(field, reason);
    const nano = usdIn(row, row['budget_limit'] === undefined ? 'max_budget' : 'budget_limit', named);
    if (nano === null) return [];
    const per = periodIn(row, row['time_period'] === undefined ? 'budget_duration' : 'time_period', named);
    say(field, 'LiteLLM keeps what was spent on a model in its cache alone; it begins at 0 here');
    return [[model, { nanoUsd: String(nano), per }] as const];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function furtherBudgets(limits: unknown, say: Say): KeyTerms['budgets'] {
  if (!Array.isArray(limits) || limits.length === 0) return undefined;
  return limits.flatMap((limit: unknown) => {
    const row: LitellmRow = typeof limit === 'object' && limit !== null ? { ...limit } : {};
    const per = textIn(row, 'budget_duration') ?? '';
    const nano = usdIn(row, 'max_budget', say);
    if (nano === null) return [];
    const isPeriod = parseTimeWindow(per) !== null;
    if (!isPeriod) say('budget_limits', `'${per}' is no period here; the budget is for all of time, the strictest`);
    say('budget_limits', 'LiteLLM keeps what was spent of further budgets in its cache alone; they begin at 0 here');
    return [{ nanoUsd: String(nano), per: isPeriod ? per : 'total', policy: 'clamp' as const }];
  });
}

function rates(
  name: string,
  row: LitellmRow,
  metadata: LitellmRow,
  say: Say,
): Readonly<Record<string, number>> | undefined {
  const all = { ...mappingIn(metadata, name), ...mappingIn(row, name) };
  const read = Object.entries(all).flatMap(([model, value]) => {
    const rate = rateIn({ [model]: value }, model, (_, reason) => say(`${name}.${model}`, reason));
    return rate === null ? [] : [[model, rate] as const];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function enforcedIn(metadata: LitellmRow): KeyTerms['enforcedParams'] {
  const names = textsIn(metadata, 'enforced_params');
  return names.length === 0 ? undefined : names;
}

function increaseIn(metadata: LitellmRow, say: Say): KeyTerms['increase'] {
  const amount = Number(metadata['temp_budget_increase'] ?? 0);
  const untilMs = instantIn(metadata, 'temp_budget_expiry');
  if (!(amount > 0)) return undefined;
  if (untilMs !== null) return { nanoUsd: String(nanoFromUsd(amount)), untilMs };
  say('temp_budget_increase', 'it has no end, and is left out');
  return undefined;
}
