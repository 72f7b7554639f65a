import { type Database, oneAtATime } from '../../store/index.ts';
import { type KeyChange, readChangeSeq } from '../virtual-key-store.ts';
import { type AliasSegment, type FoundKey, foldAlias, type NamedKey, packAliases } from './alias-segment.ts';

/** Finds keys in use by a part of their alias, in whatever case; newest first. */
export type AliasBook = { readonly find: (part: string) => Promise<readonly FoundKey[]> };

const PAGE_KEYS = 5_000;
/** So many keys are searched at once: a million take 10 ms, in which calls would wait. */
const SEGMENTS_AT_ONCE = 20;
/** Then it is forgotten, for a gateway of a million keys in which nobody looks for any. */
const IDLE_MS = 600_000;

/** Those that changed since the others were read: one segment again and again, or each change would leave one. */
type Young = { readonly keys: ReadonlyMap<string, NamedKey>; readonly segment: AliasSegment };
type Held = { readonly segments: readonly AliasSegment[]; readonly young: Young; readonly change: KeyChange };

const NONE: Young = { keys: new Map(), segment: packAliases([]) };

/**
 * All aliases in memory, at 20 bytes beside each: a database looks at each row for a part of a text, in 40 ms for a
 * hundred thousand of them. Read with the first search, and from then on only what changed.
 */
export function openAliasBook(database: Database): AliasBook {
  let held: Held | null = null;
  const idle = setTimeout(() => {
    held = null;
  }, IDLE_MS);
  idle.unref();
  const upToDate = oneAtATime(async () => {
    held = await readOn(database, held ?? (await readAll(database)));
    return [held.young.segment, ...held.segments];
  });
  return {
    find: async (part) => {
      idle.refresh();
      const segments = await upToDate();
      const folded = foldAlias(part);
      const found: FoundKey[] = [];
      for (let start = 0; start < segments.length; start += SEGMENTS_AT_ONCE) {
        if (start > 0) await new Promise((resolve) => setImmediate(resolve));
        for (const segment of segments.slice(start, start + SEGMENTS_AT_ONCE)) found.push(...segment.find(folded));
      }
      // They come nearly so, which is sorted in one pass.
      return found.sort(newestFirst);
    },
  };
}

function newestFirst(one: FoundKey, other: FoundKey): number {
  return other.createdAtMs - one.createdAtMs || (one.id < other.id ? 1 : -1);
}

async function readAll(database: Database): Promise<Held> {
  // Read before the keys: what commits meanwhile is read twice, never missed.
  const change: KeyChange = { seq: await readChangeSeq(database), id: '\uFFFF' };
  const segments: AliasSegment[] = [];
  for (let after: FoundKey | null = { id: '', createdAtMs: -1 }; after !== null; ) {
    const keys = await readNamedPage(database, after);
    if (keys.length > 0) segments.push(packAliases(keys));
    after = keys.length < PAGE_KEYS ? null : (keys.at(-1) ?? null);
  }
  return { segments: segments.reverse(), young: NONE, change };
}

const GATHERED: Readonly<Record<Database['kind'], string>> = {
  sqlite: 'json_group_array(json_array(id, created_at_ms, alias))',
  postgres: 'json_agg(json_build_array(id, created_at_ms, alias))::text',
};

/** The oldest first, so that pages keep their places; as one text, which is three times as fast as rows are. */
async function readNamedPage(database: Database, after: FoundKey): Promise<readonly NamedKey[]> {
  const [row] = await database.query(
    `SELECT ${GATHERED[database.kind]} AS keys FROM (
       SELECT id, created_at_ms, alias FROM access_virtual_key
       WHERE revoked_at_ms IS NULL AND alias IS NOT NULL AND (created_at_ms, id) > (?, ?)
       ORDER BY created_at_ms, id LIMIT ?) AS page`,
    [after.createdAtMs, after.id, PAGE_KEYS],
  );
  const keys = JSON.parse(String(row?.['keys'] ?? '[]')) as readonly (readonly [string, number, string])[];
  return keys.map(([id, createdAtMs, alias]) => ({ id, createdAtMs, alias }));
}

/** What changed since. */
async function readOn(database: Database, { segments, young, change }: Held): Promise<Held> {
  const rows = await database.query(
    `SELECT id, alias, created_at_ms, changed_seq, revoked_at_ms FROM access_virtual_key
     WHERE (changed_seq, id) > (?, ?) ORDER BY changed_seq, id LIMIT ?`,
    [change.seq, change.id, PAGE_KEYS],
  );
  const last = rows.at(-1);
  if (last === undefined) return { segments, young, change };
  const keys = new Map(young.keys);
  for (const row of rows) {
    const id = String(row['id']);
    for (const segment of segments) segment.forget(id);
    keys.delete(id);
    if (row['revoked_at_ms'] !== null || row['alias'] === null) continue;
    keys.set(id, { id, createdAtMs: Number(row['created_at_ms']), alias: String(row['alias']) });
  }
  const segment = packAliases([...keys.values()]);
  const held = {
    ...(keys.size < PAGE_KEYS
      ? { segments, young: { keys, segment } }
      : { segments: [segment, ...segments], young: NONE }),
    change: { seq: Number(last['changed_seq']), id: String(last['id']) },
  };
  return rows.length < PAGE_KEYS ? held : readOn(database, held);
}
