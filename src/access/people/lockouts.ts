import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { Party } from '../parties/party.ts';
import type { PartyAdministration } from '../parties/party-administration.ts';
import type { Recording } from '../recording.ts';
import { dropAttempts, listAttempts } from './attempt-store.ts';
import { FORGOTTEN_AFTER_MS, PATIENCE } from './attempts.ts';

/** Who has failed so often that each further failure makes the wait longer. */
export type Lockout = {
  readonly id: string;
  readonly failures: number;
  readonly lastAtMs: number;
  /** null: the next attempt is taken. */
  readonly closedUntilMs: number | null;
} & (
  | { readonly kind: 'account'; readonly user: Pick<Party, 'id' | 'email' | 'alias'> }
  | { readonly kind: 'address'; readonly address: string }
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
  readonly parties: Pick<PartyAdministration, 'findUserByEmail'>;
  readonly recording: Recording;
};

export function openLockouts({ database, clock, parties, recording }: LockoutsOptions): Lockouts {
  const list: Lockouts['list'] = async () => {
    const nowMs = clock.nowMs();
    const counted = await listAttempts(database, nowMs - FORGOTTEN_AFTER_MS, PATIENCE);
    const found = await Promise.all(
      counted.map(async ({ kind, name, failures, lastAtMs, closedUntilMs }): Promise<Lockout | null> => {
        const until = closedUntilMs > nowMs ? closedUntilMs : null;
        const facts = { id: `${kind}:${name}`, failures, lastAtMs, closedUntilMs: until };
        if (kind === 'address') return { ...facts, kind, address: name };
        const user = await parties.findUserByEmail(name);
        return user === null ? null : { ...facts, kind, user };
      }),
    );
    const lockouts = found.filter((each) => each !== null);
    return { lockouts, strangers: found.length - lockouts.length };
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
        target: kind === 'account' ? lockout.user.id : lockout.address,
        before: { of: kind, failures, closed_until_ms: closedUntilMs },
        after: null,
      };
      await recording([change], null).write([dropAttempts(id)]);
      return true;
    },
  };
}
