import type { Database, Row, SqlValue, Statement } from '../../store/index.ts';
import type { Session, SignInMethod } from './session.ts';

const COLUMNS = `hash, id, user_id, method, bound_to, provider, provider_session, provider_subject, provider_token,
  address, agent, created_at_ms, seen_at_ms, expires_at_ms`;

export type StoredSession = Session & { readonly hash: string };

export type SessionFilter =
  | { readonly id: string }
  | { readonly userId: string }
  | { readonly issuer: string; readonly subject: string }
  | { readonly issuer: string; readonly sessionId: string }
  | 'all';

export async function findSession(database: Database, hash: string): Promise<StoredSession | null> {
  const [row] = await database.query(`SELECT ${COLUMNS} FROM access_session WHERE hash = ?`, [hash]);
  return row === undefined ? null : sessionInRow(row);
}

/** Those that were used last come first. */
export async function listSessions(
  database: Database,
  filter: SessionFilter,
  limit: number,
): Promise<readonly StoredSession[]> {
  const { sql, values } = conditionOf(filter);
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM access_session WHERE ${sql} ORDER BY seen_at_ms DESC, id LIMIT ?`,
    [...values, limit],
  );
  return rows.map(sessionInRow);
}

function conditionOf(filter: SessionFilter): Statement {
  if (filter === 'all') return { sql: '1 = 1', values: [] };
  if ('id' in filter) return { sql: 'id = ?', values: [filter.id] };
  if ('userId' in filter) return { sql: 'user_id = ?', values: [filter.userId] };
  const [column, value] =
    'subject' in filter ? ['provider_subject', filter.subject] : ['provider_session', filter.sessionId];
  return { sql: `provider = ? AND ${column} = ?`, values: [filter.issuer, value] };
}

export function insertSession(session: StoredSession): Statement {
  const { provider } = session;
  const values: readonly SqlValue[] = [
    session.hash,
    session.id,
    session.userId,
    session.method,
    session.boundTo,
    provider?.issuer ?? null,
    provider?.sessionId ?? null,
    provider?.subject ?? null,
    provider?.sealedToken ?? null,
    session.address,
    session.agent,
    session.createdAtMs,
    session.seenAtMs,
    session.expiresAtMs,
  ];
  return {
    sql: `INSERT INTO access_session (${COLUMNS}) VALUES (${values.map(() => '?').join(', ')})`,
    values,
  };
}

export function sessionSeen(hash: string, nowMs: number): Statement {
  return { sql: 'UPDATE access_session SET seen_at_ms = ? WHERE hash = ?', values: [nowMs, hash] };
}

/** Those that keep a token of an identity provider, in the order of their hashes. */
export async function listTokenSessions(database: Database, afterHash: string, limit: number) {
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM access_session WHERE provider_token IS NOT NULL AND hash > ? ORDER BY hash LIMIT ?`,
    [afterHash, limit],
  );
  return rows.map(sessionInRow);
}

/** Changes nothing where another text is sealed. */
export function resealProviderToken(hash: string, sealed: string, resealed: string): Statement {
  return {
    sql: 'UPDATE access_session SET provider_token = ? WHERE hash = ? AND provider_token = ?',
    values: [resealed, hash, sealed],
  };
}

export function dropSession(hash: string): Statement {
  return { sql: 'DELETE FROM access_session WHERE hash = ?', values: [hash] };
}

export function dropExpiredSessions(nowMs: number): Statement {
  return { sql: 'DELETE FROM access_session WHERE expires_at_ms <= ?', values: [nowMs] };
}

function sessionInRow(row: Row): StoredSession {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const issuer = text('provider');
  return {
    hash: String(row['hash']),
    id: String(row['id']),
    userId: text('user_id'),
    method: String(row['method']) as SignInMethod,
    boundTo: text('bound_to'),
    provider:
      issuer === null
        ? null
        : {
            issuer,
            subject: text('provider_subject') ?? '',
            sessionId: text('provider_session'),
            sealedToken: text('provider_token'),
          },
    address: text('address'),
    agent: text('agent'),
    createdAtMs: Number(row['created_at_ms']),
    seenAtMs: Number(row['seen_at_ms']),
    expiresAtMs: Number(row['expires_at_ms']),
  };
}
