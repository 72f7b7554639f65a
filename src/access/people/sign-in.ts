import { GatewayError } from '../../inference/index.ts';
import type { Database } from '../../store/index.ts';
import type { Party } from '../parties/party.ts';
import type { PartyAdministration } from '../parties/party-administration.ts';
import type { Recording } from '../recording.ts';
import type { Attempt, AttemptSubject, Attempts } from './attempts.ts';
import type { PasswordHashes } from './password-hash.ts';
import { readPassword } from './password-store.ts';

/** The browser at the other end. */
export type ClientFacts = { readonly address: string | null; readonly agent: string | null };

export type SignInOptions = {
  readonly database: Database;
  readonly parties: Pick<PartyAdministration, 'findUserByEmail'>;
  readonly attempts: Attempts;
  readonly hashes: PasswordHashes;
  readonly recording: Recording;
};

export type SignIn = {
  /** The user whose password it is. Rejects with a GatewayError: 401, or 429 where too many attempts have failed. */
  readonly byPassword: (email: string, password: string, client: ClientFacts) => Promise<Party>;
  /** Counts an attempt by another secret, right or wrong, by the address alone. Rejects like `byPassword`. */
  /** Writes down that somebody was not let in, and why. */
  readonly note: (target: string, method: string, client: ClientFacts) => Promise<void>;
  readonly bySecret: (isRight: () => Promise<boolean> | boolean, what: string, client: ClientFacts) => Promise<void>;
};

const WRONG = 'The e-mail address or the password is wrong.';

export function openSignIn({ database, parties, attempts, hashes, recording }: SignInOptions): SignIn {
  const begin = async (subjects: readonly AttemptSubject[]): Promise<Extract<Attempt, { readonly open: true }>> => {
    const attempt = await attempts.begin(subjects);
    if (attempt.open) return attempt;
    const { retryAfterMs } = attempt;
    const seconds = Math.ceil(retryAfterMs / 1000);
    const message = `Too many attempts to sign in have failed; the next one is taken in ${seconds} s.`;
    throw new GatewayError('rate_limit_exceeded', message, { retryAfterMs });
  };
  const failed = async (target: string, method: string, client: ClientFacts): Promise<void> => {
    const after = { method, address: client.address, agent: client.agent };
    await recording([{ action: 'sign_in.fail', kind: 'sign_in', target, before: null, after }], null).write([]);
  };
  return {
    note: failed,
    byPassword: async (email, password, client) => {
      const known = email.trim().toLowerCase();
      const attempt = await begin([...ofAddress(client), { kind: 'account', name: known }]);
      const user = await parties.findUserByEmail(known);
      const stored = user === null ? null : await readPassword(database, user.id);
      // Unknown, without a password, blocked: the work is the same, and so is the answer.
      const isRight = await hashes.isRight(password, stored);
      if (!isRight || user === null || user.blocked) {
        // What was typed where the address belongs may be a password: of strangers nothing is written down.
        await failed(user?.id ?? 'unknown', 'password', client);
        throw new GatewayError('invalid_credentials', WRONG);
      }
      await attempt.succeeded();
      return user;
    },
    bySecret: async (isRight, what, client) => {
      const attempt = await begin(ofAddress(client));
      if (await isRight()) return attempt.succeeded();
      await failed('unknown', what, client);
      throw new GatewayError('invalid_credentials', `The ${what} is wrong, or holds no more.`);
    },
  };
}

/** Of IPv6 the network counts that a customer is given: its addresses cost nothing. */
function ofAddress({ address }: ClientFacts): readonly AttemptSubject[] {
  if (address === null) return [];
  const name = address.includes(':') && !address.startsWith('::ffff:') ? networkOf(address) : address;
  return [{ kind: 'address', name }];
}

/** Its first 64 bits. */
function networkOf(address: string): string {
  const [front = '', back] = address.split('::');
  const head = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  const zeros = back === undefined ? [] : Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
