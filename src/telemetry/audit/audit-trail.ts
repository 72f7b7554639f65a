import type { Clock } from '../../std/index.ts';
import type { Database, Statement, StatementResult } from '../../store/index.ts';
import { type Actor, type AuditEntry, type AuditedChange, nextEntry } from './audit-entry.ts';
import { auditInsert, readChainEnd } from './audit-store.ts';

/** Whoever writes to the database, and says in the same transaction what that changes. */
export type AuditTrail = {
  readonly write: (
    statements: readonly Statement[],
    changes: readonly AuditedChange[],
    actor: Actor,
  ) => Promise<readonly StatementResult[]>;
};

/** So many instances change something at the same moment that nobody gets a place: not seen yet. */
const MAX_DRAWS = 20;

/**
 * The entries stand in the transaction of what they tell: one is there if and only if the other is. Their numbers have
 * no gaps, so of two who write at once one finds its place taken and does all of it again.
 */
export function openAuditTrail(database: Database, clock: Clock): AuditTrail {
  return {
    write: async (statements, changes, actor) => {
      if (changes.length === 0) return database.write(statements);
      for (let draw = 1; ; draw++) {
        const end = await readChainEnd(database);
        const entries: AuditEntry[] = [];
        for (const change of changes) entries.push(nextEntry(entries.at(-1) ?? end, change, actor, clock.nowMs()));
        try {
          const results = await database.write([...statements, ...entries.map(auditInsert)]);
          return results.slice(0, statements.length);
        } catch (error) {
          // What the statements themselves do not allow is not made right by another place.
          if (draw === MAX_DRAWS || (await readChainEnd(database)).seq === end.seq) throw error;
        }
      }
    },
  };
}
