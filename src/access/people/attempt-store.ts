import type { Database, Statement } from '../../store/index.ts';

export type CountedAttempt = {
  readonly subject: string;
  /** Failures that are let pass. */
  readonly freely: number;
  readonly longestMs: number;
  readonly nowMs: number;
  readonly forgottenBeforeMs: number;
};

/** 1 s after the last one that is let pass, then 2 s, 4 s, ...: 2^20 s are longer than any longest wait. */
const MOST_DOUBLINGS = 20;

/** Changes nothing while the subject is closed. */
export function countAttempt({ subject, freely, longestMs, nowMs, forgottenBeforeMs }: CountedAttempt): Statement {
  const failures = 'CASE WHEN access_attempt.last_at_ms < ? THEN 1 ELSE access_attempt.failures + 1 END';
  const doublings = `CASE WHEN access_attempt.failures + 1 - ${freely} > ${MOST_DOUBLINGS} THEN ${MOST_DOUBLINGS}
    ELSE access_attempt.failures + 1 - ${freely} END`;
  const wait = `CASE WHEN (1000 << CAST(${doublings} AS INTEGER)) > ${longestMs} THEN ${longestMs}
    ELSE (1000 << CAST(${doublings} AS INTEGER)) END`;
  return {
    sql: `INSERT INTO access_attempt (subject, failures, last_at_ms, closed_until_ms) VALUES (?, 1, ?, 0)
      ON CONFLICT (subject) DO UPDATE SET failures = ${failures}, last_at_ms = excluded.last_at_ms,
        closed_until_ms = CASE WHEN access_attempt.last_at_ms < ? OR access_attempt.failures + 1 < ${freely} THEN 0
          ELSE excluded.last_at_ms + ${wait} END
      WHERE access_attempt.closed_until_ms <= excluded.last_at_ms`,
    values: [subject, nowMs, forgottenBeforeMs, forgottenBeforeMs],
  };
}

export function takeBack(subject: string): Statement {
  return {
    sql: `UPDATE access_attempt SET failures = failures - 1, closed_until_ms = 0 WHERE subject = ? AND failures > 0`,
    values: [subject],
  };
}

export function forgetAttempts(beforeMs: number): Statement {
  return {
    sql: 'DELETE FROM access_attempt WHERE last_at_ms < ?',
    values: [beforeMs],
  };
}

export async function closedUntil(database: Database, subject: string): Promise<number> {
  const [row] = await database.query('SELECT closed_until_ms FROM access_attempt WHERE subject = ?', [subject]);
  return Number(row?.['closed_until_ms'] ?? 0);
}

export function dropAttempts(subject: string): Statement {
  return { sql: 'DELETE FROM access_attempt WHERE subject = ?', values: [subject] };
}

export type CountedFailures<Kind extends string> = {
  readonly kind: Kind;
  readonly subject: string;
  readonly failures: number;
  readonly lastAtMs: number;
  readonly closedUntilMs: number;
};

const MOST_LISTED = 500;

/** Those that have used up what is let pass, the latest first. */
export async function listAttempts<Kind extends string>(
  database: Database,
  sinceMs: number,
  patience: Readonly<Record<Kind, { readonly freely: number }>>,
): Promise<readonly CountedFailures<Kind>[]> {
  const kinds = Object.keys(patience) as Kind[];
  const closed = kinds.map(() => '(subject LIKE ? AND failures >= ?)').join(' OR ');
  const rows = await database.query(
    `SELECT subject, failures, last_at_ms, closed_until_ms FROM access_attempt
      WHERE last_at_ms >= ? AND (${closed}) ORDER BY last_at_ms DESC LIMIT ?`,
    [sinceMs, ...kinds.flatMap((kind) => [`${kind}:%`, patience[kind].freely]), MOST_LISTED],
  );
  return rows.flatMap((row) => {
    const subject = String(row['subject']);
    const kind = kinds.find((each) => subject.startsWith(`${each}:`));
    if (kind === undefined) return [];
    const counts = {
      failures: Number(row['failures']),
      lastAtMs: Number(row['last_at_ms']),
      closedUntilMs: Number(row['closed_until_ms']),
    };
    return [{ kind, subject, ...counts }];
  });
}
