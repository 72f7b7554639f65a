import { type Clock, Lru, randomId, randomText } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { Recording } from '../recording.ts';
import { type Session, secretHash } from './session.ts';
import * as store from './session-store.ts';

/** A session is asked of the database again after this long: one that was ended elsewhere is dead within it. */
const TRUSTED_MS = 500;
/** When somebody was seen last is written down this often. */
const SEEN_EVERY_MS = 60_000;
const MAX_HELD = 1_000;
const MOST_LISTED = 1_000;

/** 43 letters of base 62: 256 bits. */
const TOKEN_LETTERS = 43;
const TOKEN = /^wbs_[0-9A-Za-z]{43}$/;

export type SessionLifetimes = {
  /** Without use. */
  readonly idleMs: number;
  /** However much it is used. */
  readonly absoluteMs: number;
};

export type NewSession = Pick<Session, 'userId' | 'method' | 'boundTo' | 'provider' | 'address' | 'agent'>;

export type Sessions = {
  /** Answers the secret, which is known here and now only. */
  readonly begin: (session: NewSession) => Promise<{ readonly session: Session; readonly token: string }>;
  /** null: there is none, it has ended, or it is too old. */
  readonly find: (token: string) => Promise<Session | null>;
  readonly list: (filter: store.SessionFilter) => Promise<readonly Session[]>;
  /** Answers those that were there. */
  readonly end: (filter: store.SessionFilter, except?: string) => Promise<readonly Session[]>;
};

export type SessionsOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly lifetimes: () => SessionLifetimes;
  readonly recording: Recording;
};

type Held = { readonly session: store.StoredSession; readonly askedAtMs: number };

/**
 * Sessions are kept in memory for half a second at most: whatever ends one, in whichever process, and be it a hand in
 * the database, ends it everywhere in that time, and while the database cannot be asked nobody is let in.
 */
export function openSessions({ database, clock, lifetimes, recording }: SessionsOptions): Sessions {
  const held = new Lru<Held | null>(MAX_HELD);
  const isOver = ({ expiresAtMs, seenAtMs }: Session): boolean =>
    Math.min(expiresAtMs, seenAtMs + lifetimes().idleMs) <= clock.nowMs();
  const read = async (hash: string): Promise<store.StoredSession | null> => {
    const last = held.get(hash) ?? null;
    const nowMs = clock.monotonicMs();
    if (last !== null && nowMs - last.askedAtMs < TRUSTED_MS) return last.session;
    const session = await store.findSession(database, hash);
    held.set(hash, session === null ? null : { session, askedAtMs: nowMs });
    return session;
  };
  const seen = async (session: store.StoredSession): Promise<void> => {
    const nowMs = clock.nowMs();
    if (nowMs - session.seenAtMs < Math.min(SEEN_EVERY_MS, lifetimes().idleMs / 4)) return;
    await database.write([store.sessionSeen(session.hash, nowMs)]);
    held.set(session.hash, null);
  };
  const list = async (filter: store.SessionFilter): Promise<readonly store.StoredSession[]> =>
    (await store.listSessions(database, filter, MOST_LISTED)).filter((session) => !isOver(session));
  return {
    begin: async (asked) => {
      const token = `wbs_${randomText(TOKEN_LETTERS)}`;
      const nowMs = clock.nowMs();
      const session = {
        ...asked,
        hash: secretHash(token),
        id: randomId('session'),
        createdAtMs: nowMs,
        seenAtMs: nowMs,
        expiresAtMs: nowMs + lifetimes().absoluteMs,
      };
      await recording([begun(session)], null).write([store.dropExpiredSessions(nowMs), store.insertSession(session)]);
      return { session, token };
    },
    find: async (token) => {
      if (!TOKEN.test(token)) return null;
      const session = await read(secretHash(token));
      if (session === null || isOver(session)) return null;
      await seen(session);
      return session;
    },
    list,
    end: async (filter, except) => {
      const ending = (await list(filter)).filter(({ id }) => id !== except);
      if (ending.length === 0) return [];
      await recording(ending.map(ended), null).write(ending.map(({ hash }) => store.dropSession(hash)));
      for (const { hash } of ending) held.set(hash, null);
      return ending;
    },
  };
}

function begun(session: Session) {
  return {
    action: 'session.create',
    kind: 'session',
    target: session.id,
    before: null,
    after: factsOf(session),
  };
}

function ended(session: Session) {
  return { action: 'session.delete', kind: 'session', target: session.id, before: factsOf(session), after: null };
}

function factsOf({ userId, method, address, agent, provider, expiresAtMs }: Session) {
  return { user_id: userId, method, address, agent, issuer: provider?.issuer ?? null, expires_at_ms: expiresAtMs };
}
