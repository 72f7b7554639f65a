import type { LedgerFacts, Lessee, UncertainCharge } from '../../ledger/index.ts';
import type { HoldPlace, HoldsPage, OpenHold, OpenHoldsPage } from '../../pipeline/index.ts';
import { formatUsd } from '../../std/index.ts';
import type { AuditEntry } from '../../telemetry/index.ts';
import { type Route, route } from '../route.ts';
import { holdsQuery } from './contract-holds.ts';

export type LedgerDoors = {
  readonly journal: string;
  /** The process that answers, by the name it leases under. */
  readonly writer: string;
  /** Calls of this process that are under way, each with what is held for it. */
  readonly inFlight: () => number;
  readonly backlog: () => Promise<{
    readonly bytes: number;
    readonly stalledMs: number;
    readonly error: string | null;
  }>;
  readonly openHolds: (page: HoldsPage) => Promise<OpenHoldsPage>;
  readonly lessees: () => Promise<readonly Lessee[]>;
  /** Newest first. */
  readonly uncertain: (kind: UncertainCharge['kind'], limit: number) => Promise<readonly UncertainCharge[]>;
  /** null: nobody has had them added up. */
  readonly lastVerification: () => Promise<AuditEntry | null>;
  readonly verify: () => Promise<LedgerFacts>;
};

const KINDS = ['orphan_charge', 'estimated_charge', 'overage'] as const;
const MOST_OF_A_KIND = 100;

/** How the books stand, for whoever runs them. */
export function ledgerRoutes(doors: LedgerDoors): readonly Route[] {
  return [status(doors), holds(doors), verify(doors)];
}

function status(doors: LedgerDoors): Route {
  return route({
    method: 'GET',
    path: '/ledger/status',
    summary: 'Leases, the journal, holds that ended without an answer, and when the books were added up last.',
    action: 'ledger.read',
    answer: async () => {
      const [backlog, lessees, last, ...uncertain] = await Promise.all([
        doors.backlog(),
        doors.lessees(),
        doors.lastVerification(),
        ...KINDS.map((kind) => doors.uncertain(kind, MOST_OF_A_KIND)),
      ]);
      return {
        body: {
          journal: {
            mode: doors.journal,
            backlog_bytes: backlog.bytes,
            stalled_ms: backlog.stalledMs,
            error: backlog.error,
          },
          calls_in_flight: doors.inFlight(),
          instances: lessees.map((lessee) => encodeLessee(lessee, doors.writer)),
          leased_usd: formatUsd(sum(lessees)),
          suspended_usd: formatUsd(sum(lessees.filter(({ state }) => state === 'suspended'))),
          uncertain: uncertain.flat().map(encodeUncertain),
          last_verification: last === null ? null : encodeVerification(last),
        },
      };
    },
  });
}

function holds(doors: LedgerDoors): Route {
  return route({
    method: 'GET',
    path: '/ledger/holds',
    summary: 'Calls that money is held for, oldest first: under way, or of a process that died.',
    action: 'ledger.read',
    query: holdsQuery,
    answer: async ({ query: { after, limit } }) => {
      const { holds: page, total, more } = await doors.openHolds({ after, limit });
      const last = page.at(-1);
      return {
        body: {
          holds: page.map((hold) => encodeHold(hold, doors.writer)),
          total,
          next: more && last !== undefined ? placeText(last) : null,
        },
      };
    },
  });
}

function verify(doors: LedgerDoors): Route {
  return route({
    method: 'POST',
    path: '/ledger/verify',
    summary: 'Add the books up; the audit log keeps who asked for it and what came of it.',
    action: 'ledger.verify',
    answer: async () => ({ body: encodeFacts(await doors.verify()) }),
  });
}

function sum(lessees: readonly Lessee[]): bigint {
  return lessees.reduce((all, { leasedNanoUsd }) => all + leasedNanoUsd, 0n);
}

function encodeLessee({ writer, state, sinceMs, expiresAtMs, pots, leasedNanoUsd }: Lessee, own: string) {
  return {
    id: writer,
    own: writer === own,
    state,
    since: new Date(sinceMs).toISOString(),
    lease_ends_at: new Date(expiresAtMs).toISOString(),
    pots,
    leased_usd: formatUsd(leasedNanoUsd),
  };
}

function encodeHold({ id, writer, startedAtMs, heldNanoUsd, ...hold }: OpenHold, own: string) {
  return {
    id,
    instance: writer,
    own: writer === own,
    since: new Date(startedAtMs).toISOString(),
    held_usd: formatUsd(BigInt(heldNanoUsd)),
    model: hold.model,
    key_id: hold.keyId,
    key_alias: hold.keyAlias,
    team_id: hold.teamId,
    user_id: hold.userId,
  };
}

function placeText({ startedAtMs, id }: HoldPlace): string {
  return `${startedAtMs}.${id}`;
}

function encodeUncertain({ exchangeId, kind, amountNanoUsd, correctedByNanoUsd }: UncertainCharge) {
  return {
    id: exchangeId,
    kind,
    charged_usd: formatUsd(amountNanoUsd),
    corrected_by_usd: formatUsd(correctedByNanoUsd),
  };
}

function encodeVerification({ atMs, actor, changedBy, after }: AuditEntry) {
  const found: unknown = JSON.parse(after ?? '{}');
  return { at: new Date(atMs).toISOString(), by: changedBy ?? actor, found };
}

function encodeFacts(facts: LedgerFacts) {
  return {
    sound: facts.sound,
    accounts: facts.accounts,
    transfers: facts.transfers,
    wallets: facts.wallets,
    debits_usd: formatUsd(facts.debitsNanoUsd),
    credits_usd: formatUsd(facts.creditsNanoUsd),
    imbalance_usd: formatUsd(facts.imbalanceNanoUsd),
    pot_difference_usd: formatUsd(facts.potDifferenceNanoUsd),
    mismatched_accounts: facts.mismatchedAccounts,
    broken_pots: facts.brokenPots,
    broken_wallets: facts.brokenWallets,
    leased_usd: formatUsd(facts.leasedNanoUsd),
    suspense_usd: formatUsd(facts.suspenseNanoUsd),
    excess_usd: formatUsd(facts.excessNanoUsd),
    overages: facts.overages,
    overage_usd: formatUsd(facts.overageNanoUsd),
    orphans: facts.orphans,
    estimates: facts.estimates,
    corrections: facts.corrections,
  };
}
