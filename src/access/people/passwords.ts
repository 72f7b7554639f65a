import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { PartyFacts } from '../parties/party.ts';
import type { Recording } from '../recording.ts';
import type { PasswordHashes } from './password-hash.ts';
import { passwordFault } from './password-rules.ts';
import { hasPasswords, keepPassword, readPassword } from './password-store.ts';
import type { Sessions } from './sessions.ts';

type Whose = Pick<PartyFacts, 'id' | 'email' | 'alias'>;

export type Passwords = {
  /** Throws a GatewayError (400) that says what is wrong with it. */
  readonly requireGood: (password: string, whose: Pick<Whose, 'email' | 'alias'>) => void;
  /** Ends all sessions of the user but `except`. Rejects like `requireGood`. */
  readonly set: (whose: Whose, password: string, except?: string) => Promise<void>;
  readonly has: (userId: string) => Promise<boolean>;
  /** Whether anybody has one. */
  readonly areThere: () => Promise<boolean>;
};

export type PasswordsOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly hashes: PasswordHashes;
  readonly sessions: Sessions;
  readonly recording: Recording;
};

export function openPasswords({ database, clock, hashes, sessions, recording }: PasswordsOptions): Passwords {
  const requireGood: Passwords['requireGood'] = (password, whose) => {
    const fault = passwordFault(password, whose);
    if (fault === null) return;
    throw new GatewayError('invalid_request', `The password cannot be taken: ${fault}`, { param: 'password' });
  };
  return {
    requireGood,
    set: async (whose, password, except) => {
      requireGood(password, whose);
      const hash = await hashes.make(password);
      const change = { action: 'password.change', kind: 'user', target: whose.id, before: null, after: null };
      await recording([change], null).write([keepPassword(whose.id, hash, clock.nowMs())]);
      await sessions.end({ userId: whose.id }, except);
    },
    has: async (userId) => (await readPassword(database, userId)) !== null,
    areThere: () => hasPasswords(database),
  };
}
