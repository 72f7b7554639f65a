import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { Party } from '../parties/party.ts';
import type { PartyAdministration } from '../parties/party-administration.ts';
import type { Recording } from '../recording.ts';
import { dropAttempts, listAttempts } from './attempt-store.ts';
import { FORGOTTEN_AFTER_MS, PATIENCE, subjectOf } from './attempts.ts';

/** Who has failed so often that each further failure makes the wait longer. */
export type Lockout = {
  readonly id: string;
  readonly failures: number;
  readonly lastAtMs: number;
  /** null: the next attempt is taken. */
  readonly closedUntilMs: number | null;
} & (
  | { readonly kind: 'account'; readonly user: Pick<Party, 'id' | 'email' | 'alias'> }
  /** Which one is not kept. */
  | { readonly kind: 'address' }
);

export type Lockouts = {
  /** `strangers`: how many accounts that nobody has. What was typed for them may be a password, and is told to nobody. */
  readonly list: () => Promise<{ readonly lockouts: readonly Lockout[]; readonly strangers: number }>;
  /** False: nobody of this id is locked out. */
  readonly end: (id: string) => Promise<boolean>;
};

export type LockoutsOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly pepper: KeyObject;
  readonly parties: Pick<PartyAdministration, 'listParties'>;
  readonly recording: Recording;
};

const USERS_AT_ONCE = 500;

export function openLockouts({ database, clock, pepper, parties, recording }: LockoutsOptions): Lockouts {
  const list: Lockouts['list'] = async () => {
    const nowMs = clock.nowMs();
    const counted = await listAttempts(database, nowMs - FORGOTTEN_AFTER_MS, PATIENCE);
    const accounts = counted.flatMap(({ kind, subject }) => (kind === 'account' ? [subject] : []));
    const users = await usersOf(new Set(accounts), parties, pepper);
    const lockouts = counted.flatMap(({ kind, subject, failures, lastAtMs, closedUntilMs }): readonly Lockout[] => {
      const facts = { id: subject, failures, lastAtMs, closedUntilMs: closedUntilMs > nowMs ? closedUntilMs : null };
      if (kind === 'address') return [{ ...facts, kind }];
      const user = users.get(subject);
      return user === undefined ? [] : [{ ...facts, kind, user }];
    });
    return { lockouts, strangers: accounts.length - users.size };
  };
  return {
    list,
    end: async (id) => {
      const lockout = (await list()).lockouts.find((each) => each.id === id);
      if (lockout === undefined) return false;
      const { kind, failures, closedUntilMs } = lockout;
      const change = {
        action: 'lockout.delete',
        kind: 'lockout',
        target: kind === 'account' ? lockout.user.id : 'address',
        before: { of: kind, failures, closed_until_ms: closedUntilMs },
        after: null,
      };
      await recording([change], null).write([dropAttempts(id)]);
      return true;
    },
  };
}

/** Names are kept as hashes: whose they are is seen by those of all users. */
async function usersOf(
  subjects: ReadonlySet<string>,
  parties: LockoutsOptions['parties'],
  pepper: KeyObject,
): Promise<ReadonlyMap<string, Party>> {
  const found = new Map<string, Party>();
  const paging = { size: USERS_AT_ONCE, by: 'id', ascending: true } as const;
  for (let page = 1; found.size < subjects.size; page++) {
    const { parties: users } = await parties.listParties('user', { reach: 'everything' }, { ...paging, page });
    for (const user of users) {
      const subject = subjectOf({ kind: 'account', name: user.email?.toLowerCase() ?? '' }, pepper);
      if (user.email !== null && subjects.has(subject)) found.set(subject, user);
    }
    if (users.length < USERS_AT_ONCE) break;
  }
  return found;
}
