import type { Statement } from '../../store/index.ts';

/** With a user goes all by which somebody signs in as that user. */
export function forgetPerson(userId: string): readonly Statement[] {
  return ['access_session', 'access_password', 'access_identity', 'access_link'].map((table) => ({
    sql: `DELETE FROM ${table} WHERE user_id = ?`,
    values: [userId],
  }));
}

/** Of somebody who is blocked now: being let in again brings no session back. */
export function endSessionsIfBlocked(userId: string): Statement {
  return {
    sql: `DELETE FROM access_session WHERE user_id = ?
      AND EXISTS (SELECT 1 FROM access_party WHERE kind = 'user' AND id = ? AND blocked = 1)`,
    values: [userId, userId],
  };
}
