import type { Statement } from '../store/index.ts';

/** Raises the change counter first: its row stays locked until the commit, so commits come in the counter's order. */
export const RAISE: Statement = { sql: 'UPDATE access_change SET seq = seq + 1 WHERE one = 1', values: [] };

/** The number that every row takes which changes in the transaction. */
export const RAISED = '(SELECT seq FROM access_change WHERE one = 1)';
