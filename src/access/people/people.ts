import type { KeyObject } from 'node:crypto';
import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { KeyRing } from '../key-ring.ts';
import type { Party } from '../parties/party.ts';
import type { PartyAdministration } from '../parties/party-administration.ts';
import type { Recording } from '../recording.ts';
import { secretKeyFingerprint } from '../secrets/secret-key.ts';
import { hasIdentity } from '../sign-on/identity-store.ts';
import { masterVirtualKey, type VirtualKey } from '../virtual-key.ts';
import { openAttempts } from './attempts.ts';
import { type Links, openLinks } from './links.ts';
import { type Lockouts, openLockouts } from './lockouts.ts';
import { openPasswordHashes } from './password-hash.ts';
import { openPasswords, type Passwords } from './passwords.ts';
import type { ProviderSession, Session, SignInMethod } from './session.ts';
import { openSessions, type SessionLifetimes, type Sessions } from './sessions.ts';
import { type ClientFacts, openSignIn, type SignIn } from './sign-in.ts';

export type PeopleOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly pepper: KeyObject;
  /** null: there is none. */
  readonly masterKey: string | null;
  readonly ring: Pick<KeyRing, 'find' | 'party' | 'person' | 'refresh'>;
  readonly parties: PartyAdministration;
  readonly recording: Recording;
  readonly lifetimes: () => SessionLifetimes;
};

/** Whoever is signed in: a session, and whom it stands for now. */
export type Person = {
  readonly session: Session;
  readonly key: VirtualKey;
  /** null: whoever has the master key. */
  readonly user: Party | null;
};

export type SignedIn = { readonly person: Person; readonly token: string };

/** People, who come with a session where programs come with a key. */
export type People = {
  readonly sessions: Sessions;
  /** As they stand at this moment: who is removed or blocked is nobody. null: nobody. */
  readonly find: (token: string) => Promise<Person | null>;
  readonly passwords: Passwords;
  /** Whether a user has a password, or came by an identity provider. */
  readonly canSignIn: (userId: string) => Promise<boolean>;
  readonly links: Links;
  readonly lockouts: Lockouts;
  readonly check: SignIn;
  /** Rejects with a GatewayError: 401, or 429 where too many attempts have failed. */
  readonly signInByPassword: (email: string, password: string, client: ClientFacts) => Promise<SignedIn>;
  readonly signInByMasterKey: (secret: string, client: ClientFacts) => Promise<SignedIn>;
  /** Somebody who has shown otherwise who they are. */
  readonly begin: (
    userId: string | null,
    method: SignInMethod,
    client: ClientFacts,
    provider?: ProviderSession,
  ) => Promise<SignedIn>;
};

export function openPeople(options: PeopleOptions): People {
  const { database, pepper, masterKey, ring } = options;
  const sessions = openSessions(options);
  const hashes = openPasswordHashes(pepper);
  const check = openSignIn({ ...options, attempts: openAttempts(database, pepper, options.clock), hashes });
  const boundTo = masterKey === null ? null : secretKeyFingerprint(masterKey);
  const personOf = (session: Session): Person | null => {
    const { userId } = session;
    if (userId === null) return session.boundTo === boundTo ? { session, key: masterVirtualKey, user: null } : null;
    const user = ring.party('user', userId);
    // Somebody of the same id who was made later is somebody else.
    if (user === null || user.blocked || user.createdAtMs > session.createdAtMs) return null;
    const key = ring.person(userId);
    return key === null ? null : { session, key, user };
  };
  const begin: People['begin'] = async (userId, method, client, provider) => {
    const bound = userId === null ? boundTo : null;
    const { session, token } = await sessions.begin({
      ...{ userId, method, ...client },
      provider: provider ?? null,
      boundTo: bound,
    });
    let person = personOf(session);
    if (person === null) {
      // Made by another instance, a moment ago.
      await ring.refresh();
      person = personOf(session);
    }
    if (person === null) throw new GatewayError('not_signed_in', 'Whoever signed in was removed or blocked meanwhile.');
    return { person, token };
  };
  const passwords = openPasswords({ ...options, hashes, sessions });
  return {
    sessions,
    canSignIn: async (userId) => (await passwords.has(userId)) || (await hasIdentity(database, userId)),
    find: async (token) => {
      const session = await sessions.find(token);
      return session === null ? null : personOf(session);
    },
    signInByPassword: async (email, password, client) => {
      const user = await check.byPassword(email, password, client);
      return begin(user.id, 'password', client);
    },
    signInByMasterKey: async (secret, client) => {
      await check.bySecret(() => ring.find(secret) === masterVirtualKey, 'master key', client);
      return begin(null, 'master_key', client);
    },
    passwords,
    links: openLinks(options),
    lockouts: openLockouts(options),
    check,
    begin,
  };
}
