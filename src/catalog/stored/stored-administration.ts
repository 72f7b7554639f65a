import type { Clock } from '../../std/index.ts';
import { type Database, DatabaseError, type SqlValue } from '../../store/index.ts';
import { maskSecrets } from './secret-params.ts';
import type { StoredEntriesOptions } from './stored-entries.ts';
import type { JsonFacts, StoredContent, StoredEntry, StoredKind } from './stored-entry.ts';
import * as store from './stored-entry-store.ts';

/** A change, for whoever keeps a record of them. Secrets are masked in it. */
export type StoredChange = {
  readonly action: string;
  readonly kind: string;
  readonly target: string;
  readonly before: JsonFacts | null;
  readonly after: JsonFacts | null;
};

/** The database, whose next write makes these changes if `when` is true in the end; null: if it does not fail. */
export type StoredRecording = (
  changes: readonly StoredChange[],
  when: { readonly sql: string; readonly values: readonly SqlValue[] } | null,
) => Database;

export type StoredAdministrationOptions = StoredEntriesOptions & {
  readonly clock: Clock;
  readonly recording: StoredRecording;
  /** Takes the change over in this process and tells the others; awaited before a change is answered. */
  readonly changed: () => Promise<void>;
};

type Named = Pick<StoredEntry, 'kind' | 'id'>;

/** A change is in force in this process, and on its way to the others, before its promise resolves. */
export type StoredAdministration = {
  /** null: there is one of that id already. */
  readonly create: (entry: Named & StoredContent, by: string) => Promise<StoredEntry | null>;
  /** Worked out again when somebody else changed it meanwhile; null: there is none. */
  readonly change: (
    named: Named,
    by: string,
    change: (before: StoredEntry) => StoredContent | Promise<StoredContent>,
  ) => Promise<StoredEntry | null>;
  /** Nothing of it stays but its history in the audit log. False: there was none. */
  readonly remove: (named: Named) => Promise<boolean>;
};

const MAX_DRAWS = 5;
/** SQLSTATE 23505; SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const UNIQUE_VIOLATIONS: ReadonlySet<string> = new Set(['23505', 'SQLITE_2067', 'SQLITE_1555']);

export function createStoredAdministration(options: StoredAdministrationOptions): StoredAdministration {
  const { database, vault, receiverOf, clock, recording, changed } = options;
  const find = async (named: Named): Promise<StoredEntry | null> => {
    // Postgres takes no NUL, so that nothing is called so.
    if (named.id.includes('\0')) return null;
    const found = await store.findEntry(database, named.kind, named.id);
    if (found === null) return null;
    const { sealed: _, ...entry } = found;
    return { ...entry, secrets: (await store.openSecrets(found, vault, receiverOf)) ?? {} };
  };
  return {
    create: async ({ kind, id, facts, secrets }, by) => {
      const nowMs = clock.nowMs();
      const stamps = { createdAtMs: nowMs, createdBy: by, updatedAtMs: nowMs, updatedBy: by };
      const entry = { kind, id, facts, secrets, ...stamps, changedSeq: 0 };
      const sealed = await store.sealSecrets(entry, vault, receiverOf);
      const recorded = recording([changeOf('create', null, entry)], null);
      if (!(await inserted(recorded, store.insertOf({ ...entry, sealed })))) return null;
      await changed();
      return entry;
    },
    change: async (named, by, change) => {
      for (let draw = 1; draw <= MAX_DRAWS; draw++) {
        const before = await find(named);
        if (before === null) return null;
        const { facts, secrets } = await change(before);
        const after = { ...before, facts, secrets, updatedAtMs: clock.nowMs(), updatedBy: by };
        const sealed = await store.sealSecrets(after, vault, receiverOf);
        const recorded = recording([changeOf('change', before, after)], store.entryChanged(named));
        const results = await recorded.write([store.RAISE, store.updateOf({ ...after, sealed })]);
        if (results[1]?.changed !== 1) continue;
        await changed();
        return after;
      }
      throw new Error(`the ${named.kind} is changed by others all the time`);
    },
    remove: async (named) => {
      const before = await find(named);
      if (before === null) return false;
      await recording([changeOf('delete', before, null)], null).write([store.RAISE, store.deleteOf(before)]);
      await changed();
      return true;
    },
  };
}

async function inserted(database: Database, statement: ReturnType<typeof store.insertOf>): Promise<boolean> {
  try {
    await database.write([store.RAISE, statement]);
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && UNIQUE_VIOLATIONS.has(error.code ?? '')) return false;
    throw error;
  }
}

/** What is done is named after whom it is done to: a fallback is a model's, and so is being public. */
const ACTIONS: Readonly<Record<StoredKind, string>> = {
  deployment: 'model',
  credential: 'credential',
  fallback: 'model',
  access_group: 'access_group',
  public_models: 'model',
};

function changeOf(verb: string, before: StoredEntry | null, after: StoredEntry | null): StoredChange {
  const { kind = 'deployment', id = '' } = before ?? after ?? {};
  return { action: `${ACTIONS[kind]}.${verb}`, kind, target: id, before: told(before), after: told(after) };
}

function told(entry: StoredEntry | null): JsonFacts | null {
  return entry === null ? null : { ...entry.facts, secrets: maskSecrets(entry.secrets) };
}
