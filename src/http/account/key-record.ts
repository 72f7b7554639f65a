import type { VirtualKey } from '../../access/index.ts';
import { ALL_TIME, parseTimeWindow, usdFromNano } from '../../std/index.ts';
import type { SumSince } from '../../telemetry/index.ts';
import type { SpentBy } from '../management/index.ts';

/** What a key was charged: in all, and since the day, the week and the month began. */
export type KeyUsage = {
  readonly total: SumSince;
  readonly daily: SumSince;
  readonly weekly: SumSince;
  readonly monthly: SumSince;
};

/** For all of the keys at once; those that were never used are there with nothing. */
export type KeyUsageOf = (keyIds: readonly string[]) => Promise<ReadonlyMap<string, KeyUsage>>;

export type KeyBooks = { readonly usageOf: KeyUsageOf; readonly spentBy: SpentBy };

const NOTHING: SumSince = { charge: 0n, byok: 0n };
const UNUSED: KeyUsage = { total: NOTHING, daily: NOTHING, weekly: NOTHING, monthly: NOTHING };

/** OpenRouter's words for the periods that it has; others are told by their own names. */
const RESETS: Readonly<Record<string, string>> = { '1d': 'daily', '1w': 'weekly', '1mo': 'monthly' };

/** Keys that were made without one, and all of an installation that has no others. */
export const DEFAULT_WORKSPACE = 'default';

/** OpenRouter's record of each key, in the same order. */
export async function keyRecords(
  keys: readonly VirtualKey[],
  books: KeyBooks,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const used = await books.usageOf(keys.map(({ id }) => id));
  return Promise.all(
    keys.map(async (key) => ({
      hash: key.hash,
      name: nameOf(key),
      label: labelOf(key),
      disabled: key.blocked,
      ...(await limitMembers(key, books.spentBy)),
      ...usageMembers(used.get(key.id) ?? UNUSED),
      created_at: new Date(key.createdAtMs).toISOString(),
      updated_at: null,
      expires_at: isoOrNull(key.expiresAtMs),
      creator_user_id: key.caller.userId,
      external_user: null,
      workspace_id: workspaceOf(key),
    })),
  );
}

/** What a key is told of itself. */
export async function ownRecord(key: VirtualKey, books: KeyBooks): Promise<Readonly<Record<string, unknown>>> {
  const { caller } = key;
  const used = await books.usageOf([key.id]);
  const manages = caller.kind !== 'virtual-key';
  return {
    label: labelOf(key),
    ...(await limitMembers(key, books.spentBy)),
    ...usageMembers(used.get(key.id) ?? UNUSED),
    expires_at: isoOrNull(key.expiresAtMs),
    creator_user_id: caller.userId,
    organization_id: caller.organizationId,
    workspace_id: workspaceOf(key),
    is_free_tier: false,
    is_management_key: manages,
    is_provisioning_key: manages,
    allowed_data_regions: ['global'],
    // There is no daily number of calls to free models here; the SDK wants the member.
    free_model_daily_requests: { limit: 0, used: 0, remaining: 0 },
    rate_limit: { requests: -1, interval: '10s', note: 'Deprecated: limits are told in the headers of each answer.' },
  };
}

/** A project is what a workspace is at OpenRouter: keys stand in it. */
function workspaceOf({ caller }: VirtualKey): string {
  return caller.projectId ?? DEFAULT_WORKSPACE;
}

/** Names need not be unique: they stand in the metadata, and only the operator gives aliases. */
export function nameOf(key: VirtualKey): string {
  const { name } = key.metadata;
  return typeof name === 'string' ? name : (key.caller.keyAlias ?? labelOf(key));
}

function labelOf({ hint, caller }: VirtualKey): string {
  return caller.kind === 'master' ? 'master' : `sk-...${hint}`;
}

async function limitMembers(key: VirtualKey, spentBy: SpentBy): Promise<Readonly<Record<string, unknown>>> {
  const { maxBudgetNanoUsd, terms, allowance } = key;
  const main = maxBudgetNanoUsd === null ? undefined : allowance.budgets[0];
  const window = main?.window ?? parseTimeWindow(terms.budgetDuration ?? 'total') ?? ALL_TIME;
  const limit = main === undefined ? null : main.limitNanoUsd + (main.increase?.nanoUsd ?? 0n);
  const left =
    limit === null ? null : limit - (await spentBy({ kind: 'key', id: key.id, model: null }, window)).nanoUsd;
  return {
    limit: limit === null ? null : usdFromNano(limit),
    limit_remaining: left === null ? null : usdFromNano(left < 0n ? 0n : left),
    limit_reset: window === ALL_TIME ? null : (RESETS[window.name] ?? window.name),
    include_byok_in_limit: terms.includeByokInLimit ?? false,
  };
}

function usageMembers({ total, daily, weekly, monthly }: KeyUsage): Readonly<Record<string, number>> {
  return {
    usage: usdFromNano(total.charge),
    usage_daily: usdFromNano(daily.charge),
    usage_weekly: usdFromNano(weekly.charge),
    usage_monthly: usdFromNano(monthly.charge),
    byok_usage: usdFromNano(total.byok),
    byok_usage_daily: usdFromNano(daily.byok),
    byok_usage_weekly: usdFromNano(weekly.byok),
    byok_usage_monthly: usdFromNano(monthly.byok),
  };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
