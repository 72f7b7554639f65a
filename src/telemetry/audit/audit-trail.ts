import type { Clock } from '../../std/index.ts';
import type { Database, Session, Statement, StatementResult } from '../../store/index.ts';
import { currentActor } from './actor.ts';
import { type AuditEntry, type AuditedChange, nextEntry } from './audit-entry.ts';
import { auditInsert, type Condition, readChainEnd } from './audit-store.ts';

/** Says in the transaction of a change what it is. */
export type AuditTrail = {
  /**
   * The database, whose next write makes these changes. `when`: what is true in the end only if the write did what it was
   * meant to; null: it does, or fails as a whole. Of several changes none may be in doubt.
   */
  readonly recording: (changes: readonly AuditedChange[], when: Condition | null) => Database;
};

/** So many instances change something at the same moment that nobody gets a place: not seen yet. */
const MAX_DRAWS = 20;

/**
 * The entries stand in the transaction of what they tell: one is there if and only if the other is. Their numbers have
 * no gaps, so of two who write at once one finds its place taken and does all of it again.
 */
export function openAuditTrail(database: Database, clock: Clock): AuditTrail {
  const write = async (
    statements: readonly Statement[],
    changes: readonly AuditedChange[],
    when: Condition | null,
  ): Promise<readonly StatementResult[]> => {
    const actor = currentActor();
    for (let draw = 1; ; draw++) {
      const end = await readChainEnd(database);
      const entries: AuditEntry[] = [];
      for (const change of changes) entries.push(nextEntry(entries.at(-1) ?? end, change, actor, clock.nowMs()));
      try {
        const told = entries.map((entry) => auditInsert(entry, when, database.kind));
        const results = await database.write([...statements, ...told]);
        return results.slice(0, statements.length);
      } catch (error) {
        // What the statements themselves do not allow is not made right by another place.
        if (draw === MAX_DRAWS || (await readChainEnd(database)).seq === end.seq) throw error;
      }
    }
  };
  return {
    recording: (changes, when) => ({ ...database, write: (statements) => write(statements, changes, when) }),
  };
}

/** The entry of a change that is made in an open transaction. It fails as a whole if somebody else took the place. */
export async function auditWithin(
  session: Session,
  kind: Database['kind'],
  change: AuditedChange,
  atMs: number,
): Promise<void> {
  const entry = nextEntry(await readChainEnd(session), change, currentActor(), atMs);
  const { sql, values } = auditInsert(entry, null, kind);
  await session.execute(sql, values);
}
