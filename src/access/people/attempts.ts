import { createHmac, type KeyObject } from 'node:crypto';
import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { closedUntil, countAttempt, forgetAttempts, takeBack } from './attempt-store.ts';

/**
 * Failures that are let pass before waits begin, and the longest wait. People share an address behind a proxy or in an
 * office, and each of them mistypes: an address has more patience than an account.
 */
export const PATIENCE = {
  account: { freely: 5, longestMs: 15 * 60_000 },
  address: { freely: 50, longestMs: 15 * 60_000 },
} as const;

/** Failures this old count no more. */
export const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

export type AttemptSubject = { readonly kind: keyof typeof PATIENCE; readonly name: string };

export type Attempt =
  | {
      readonly open: true;
      /** It was the right password. */
      readonly succeeded: () => Promise<void>;
    }
  | { readonly open: false; readonly retryAfterMs: number };

export type Attempts = { readonly begin: (subjects: readonly AttemptSubject[]) => Promise<Attempt> };

/**
 * An attempt counts as failed from its beginning on: of a thousand at the same moment in any number of processes no
 * more than those that are let pass are tried. The wait begins with the last of them and doubles with each further one.
 * Whose they are is kept under the pepper: people type their passwords where their names belong.
 */
export function openAttempts(database: Database, pepper: KeyObject, clock: Clock): Attempts {
  return {
    begin: async (subjects) => {
      const nowMs = clock.nowMs();
      const rows = subjects.map(({ kind, name }) => ({
        subject: subjectOf({ kind, name }, pepper),
        ...PATIENCE[kind],
      }));
      const taken: string[] = [];
      for (const row of rows) {
        const results = await database.write([
          forgetAttempts(nowMs - FORGOTTEN_AFTER_MS),
          countAttempt({ ...row, nowMs, forgottenBeforeMs: nowMs - FORGOTTEN_AFTER_MS }),
        ]);
        if (results[1]?.changed !== 1) {
          if (taken.length > 0) await database.write(taken.map(takeBack));
          return { open: false, retryAfterMs: Math.max(1, (await closedUntil(database, row.subject)) - nowMs) };
        }
        taken.push(row.subject);
      }
      return {
        open: true,
        succeeded: async () => {
          await database.write(
            rows.map(({ subject }) =>
              subject.startsWith('account:')
                ? { sql: 'DELETE FROM access_attempt WHERE subject = ?', values: [subject] }
                : takeBack(subject),
            ),
          );
        },
      };
    },
  };
}

/** What it is counted under: what somebody typed may be a password, and is not kept. */
export function subjectOf({ kind, name }: AttemptSubject, pepper: KeyObject): string {
  return `${kind}:${createHmac('sha256', pepper).update(`attempt ${name}`).digest('hex')}`;
}
