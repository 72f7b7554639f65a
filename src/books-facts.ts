import type { Recording } from './access/index.ts';
import { verifyBooks } from './administration/index.ts';
import type { Configuration } from './config/index.ts';
import type { Ground } from './ground.ts';
import type { CreditDoors } from './http/account/index.ts';
import type { LedgerDoors } from './http/operations/index.ts';
import { listCredits, listLessees, listUncertain, readOpenGrants, readWallets, walletOf } from './ledger/index.ts';
import type { Clock } from './std/index.ts';
import { listAudit } from './telemetry/index.ts';

type BooksOptions = {
  readonly configuration: Configuration;
  readonly ground: Pick<Ground, 'main' | 'backlog' | 'drainNow' | 'openHolds'>;
};

/** How the books stand, and their verification. */
export function booksFacts(
  { configuration, ground }: BooksOptions,
  own: Pick<LedgerDoors, 'writer' | 'inFlight'> & { readonly recording: Recording },
): LedgerDoors {
  const { main, backlog, drainNow, openHolds } = ground;
  return {
    ...own,
    journal: configuration.server.journal,
    backlog,
    openHolds: async (page) => {
      // Where the database is away, what was read before.
      await drainNow().catch(() => undefined);
      return openHolds(page);
    },
    lessees: () => listLessees(main),
    uncertain: (kind, limit) => listUncertain(main, kind, limit),
    lastVerification: async () => {
      const verifications = { kind: 'ledger', target: 'books', verb: 'verify' };
      const { entries } = await listAudit(main, verifications, { page: 1, size: 1 });
      return entries[0] ?? null;
    },
    verify: async () => {
      await drainNow();
      return verifyBooks(main, own.recording);
    },
  };
}

/** Credits, with everything booked that was answered before. */
export function creditFacts(
  { main, credits, drainNow }: Pick<Ground, 'main' | 'credits' | 'drainNow'>,
  clock: Clock,
): Pick<CreditDoors, 'books' | 'wallets' | 'openGrants' | 'listCredits'> {
  return {
    books: credits,
    wallets: async (organizationId) => {
      await drainNow().catch(() => undefined);
      return readWallets(main, organizationId, clock.nowMs());
    },
    openGrants: (organizationId) => readOpenGrants(main, walletOf(organizationId), clock.nowMs()),
    listCredits: (organizationId, limit) => listCredits(main, organizationId, limit),
  };
}
