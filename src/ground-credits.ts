import { bookCredit, type Credit, type CreditOutcome, expireGrants } from './ledger/index.ts';
import { systemClock } from './std/index.ts';
import { DatabaseError, type DirectDatabase } from './store/index.ts';
import { type Actor, asActor, auditWithin } from './telemetry/index.ts';

/** A credit, and who asked for it. */
export type AskedCredit = { readonly credit: Credit; readonly actor: Actor };

/** Somebody else got the place in the audit log: SQLSTATE 23505. */
const PLACE_TAKEN = '23505';
const MAX_DRAWS = 20;
const LOOK_EVERY_MS = 1_000;

/** Books a credit and its entry in the audit log in one transaction; the second time neither. */
export async function bookAuditedCredit(main: DirectDatabase, { credit, actor }: AskedCredit): Promise<CreditOutcome> {
  const { id, kind, organizationId, category, amountNanoUsd, expiresAtMs, note, createdAtMs } = credit;
  const after = { credit: id, kind, category, amount_nano: amountNanoUsd, expires_at_ms: expiresAtMs, note };
  const change = { action: 'credits.change', kind: 'wallet', target: organizationId, before: null, after };
  const book = (): Promise<CreditOutcome> =>
    asActor(actor, () => bookCredit(main, credit, (session) => auditWithin(session, main.kind, change, createdAtMs)));
  for (let draw = 1; ; draw++) {
    try {
      return await book();
    } catch (error) {
      const isTaken = error instanceof DatabaseError && error.code === PLACE_TAKEN;
      if (!isTaken || draw === MAX_DRAWS) throw error;
    }
  }
}

/**
 * Ends grants when their time is over, and asks for what processes keep of them in reserve. Looked for every second; what
 * a wallet has is worked out from the time whether this has run or not.
 */
export async function keepExpiring(
  main: DirectDatabase,
  recall: (wallet: string) => Promise<void>,
): Promise<{ readonly close: () => Promise<void> }> {
  const look = async (): Promise<void> => {
    try {
      for (const wallet of await expireGrants(main, systemClock.nowMs())) await recall(wallet);
    } catch {
      // The database is away; the drain tells of it, and the next look comes.
    }
  };
  // Before the first call: what is over is leased by nobody.
  await look();
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
