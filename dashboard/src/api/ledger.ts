import { queryOptions } from '@tanstack/react-query';
import { api, type Query } from './client.ts';
import { type Every, toTheEnd } from './to-the-end.ts';

/** A process that leases money from the books, or did. Amounts are USD as decimals. */
export type InstanceRow = {
  readonly id: string;
  /** The one that answers. */
  readonly own: boolean;
  readonly state: 'live' | 'silent' | 'suspended';
  readonly since: string;
  readonly lease_ends_at: string;
  readonly pots: number;
  readonly leased_usd: string;
};

/** A charge that no answer said the amount of. */
export type UncertainRow = {
  readonly id: string;
  readonly kind: 'orphan_charge' | 'estimated_charge' | 'overage';
  readonly charged_usd: string;
  readonly corrected_by_usd: string;
};

export type LedgerStatus = {
  readonly journal: {
    readonly mode: 'local' | 'local-sync' | 'db';
    readonly backlog_bytes: number;
    readonly stalled_ms: number;
    readonly error: string | null;
  };
  readonly calls_in_flight: number;
  readonly instances: readonly InstanceRow[];
  readonly leased_usd: string;
  readonly suspended_usd: string;
  readonly uncertain: readonly UncertainRow[];
  /** null: they were never added up. */
  readonly last_verification: {
    readonly at: string;
    readonly by: string;
    readonly found: { readonly sound: boolean; readonly transfers: number; readonly accounts: number };
  } | null;
};

export type LedgerFacts = {
  readonly sound: boolean;
  readonly accounts: number;
  readonly transfers: number;
  readonly wallets: number;
  readonly debits_usd: string;
  readonly credits_usd: string;
  readonly imbalance_usd: string;
  readonly pot_difference_usd: string;
  readonly mismatched_accounts: readonly string[];
  readonly broken_pots: readonly string[];
  readonly broken_wallets: readonly string[];
  readonly leased_usd: string;
  readonly excess_usd: string;
  readonly overages: number;
  readonly overage_usd: string;
  readonly orphans: number;
  readonly estimates: number;
  readonly corrections: number;
};

/** What is held for a call that has not ended. */
export type HoldRow = {
  readonly id: string;
  readonly instance: string;
  readonly since: string;
  readonly held_usd: string;
  readonly model: string | null;
  readonly key_id: string | null;
  readonly key_alias: string | null;
  readonly team_id: string | null;
  readonly user_id: string | null;
};

type HoldsPage = { readonly holds: readonly HoldRow[]; readonly total: number; readonly next: string | null };

const AGAIN_EVERY_MS = 5_000;

export const ledgerQuery = queryOptions({
  queryKey: ['ledger'],
  queryFn: ({ signal }) => api<LedgerStatus>('/ledger/status', { signal }),
  refetchInterval: AGAIN_EVERY_MS,
});

const HOLDS_SHOWN = 200;
const MOST_HOLDS = 1_000;

const readHolds = (query: Query, signal?: AbortSignal) =>
  api<HoldsPage>('/ledger/holds', { query, ...(signal === undefined ? {} : { signal }) });

/** The oldest of them: those are what somebody looks for. */
export const holdsQuery = queryOptions({
  queryKey: ['ledger', 'holds'],
  queryFn: ({ signal }) => readHolds({ limit: HOLDS_SHOWN }, signal),
  refetchInterval: AGAIN_EVERY_MS,
});

export const readEveryHold = (): Promise<Every<HoldRow>> =>
  toTheEnd<HoldRow, string | null>(null, async (after) => {
    const { holds: rows, next } = await readHolds({ after, limit: MOST_HOLDS });
    return { rows, next };
  });

export const verifyLedger = (): Promise<LedgerFacts> => api<LedgerFacts>('/ledger/verify', { method: 'POST' });
