import type { BulkInsert, Session, SqlValue } from '../../store/index.ts';
import type { LoggedExchange } from '../request-log-row.ts';
import { DIMENSIONS } from './usage-cubes.ts';
import { USAGE_COLUMNS, usageValues } from './usage-measures.ts';
import { HOURS_PER_DAY, type Subject, tallyCorrection, tallyUsage, type UsageCell } from './usage-tally.ts';

/** Of the subjects that are written to again and again; beyond it the ids are looked up anew. */
const MOST_KNOWN = 50_000;

const SUBJECTS_PER_LOOKUP = 100;

/** Adds calls to the sums of the reports, inside the transaction that puts their rows into the request log. */
export type UsageBooks = {
  readonly add: (session: Session, logged: readonly LoggedExchange[]) => Promise<void>;
  /** The charge or the cost of an exchange that was added became another one. */
  readonly correct: (
    session: Session,
    logged: LoggedExchange,
    more: { readonly chargeNanoUsd: bigint; readonly costNanoUsd: bigint },
  ) => Promise<void>;
};

export function openUsageBooks(): UsageBooks {
  const known = new Map<string, number>();
  return {
    add: async (session, logged) => addCells(session, tallyUsage(logged), known),
    correct: async (session, logged, more) => addCells(session, tallyCorrection(logged, more), known),
  };
}

async function addCells(session: Session, cells: readonly UsageCell[], known: Map<string, number>): Promise<void> {
  if (cells.length === 0) return;
  const ids = await idsOf(
    session,
    cells.map(({ subject }) => subject),
    known,
  );
  for (const [table, hours] of GRAINS) {
    const rows = new Map<string, SqlValue[]>();
    const errors = new Map<string, SqlValue[]>();
    for (const { hour, subject, sum, errors: ended } of cells) {
      const place = [subject.cube, Math.floor(hour / hours), ids.get(subject.name) ?? 0] as const;
      accumulate(rows, place, usageValues(sum));
      for (const [code, times] of ended) accumulate(errors, [...place, code], [times]);
    }
    await session.insert(usageInsert(table), inOrder(rows));
    await session.insert(errorInsert(table), inOrder(errors));
  }
}

const GRAINS = [
  ['hour', 1],
  ['day', HOURS_PER_DAY],
] as const;

/** Several hours are one day: no statement may meet one row twice. */
function accumulate(rows: Map<string, SqlValue[]>, place: readonly SqlValue[], values: readonly SqlValue[]): void {
  const name = place.join(' ');
  const row = rows.get(name);
  if (row === undefined) rows.set(name, [...place, ...values]);
  else for (const [nth, value] of values.entries()) row[place.length + nth] = plus(row[place.length + nth], value);
}

function plus(one: SqlValue | undefined, other: SqlValue): SqlValue {
  return typeof one === 'bigint' || typeof other === 'bigint'
    ? BigInt(one as number) + BigInt(other as number)
    : Number(one) + Number(other);
}

/** In the same order whoever writes: instances that write to the same rows wait for each other, not in a circle. */
function inOrder(rows: ReadonlyMap<string, SqlValue[]>): readonly SqlValue[][] {
  return [...rows.values()].sort(
    ([cube, bucket, subject], [otherCube, otherBucket, otherSubject]) =>
      Number(cube) - Number(otherCube) ||
      Number(bucket) - Number(otherBucket) ||
      Number(subject) - Number(otherSubject),
  );
}

type Grain = (typeof GRAINS)[number][0];

/**
 * Ids that were there before this transaction are remembered, those that it makes are not: it may be undone. The next
 * that needs them finds them.
 */
async function idsOf(
  session: Session,
  subjects: readonly Subject[],
  known: Map<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const byName = new Map(subjects.map((subject) => [subject.name, subject]));
  const names = [...byName.keys()];
  const unknown = names.filter((name) => !known.has(name)).sort();
  const found = await lookUp(session, unknown);
  if (known.size + found.size > MOST_KNOWN) known.clear();
  const missing = unknown.filter((name) => !found.has(name));
  await session.insert(
    subjectInsert,
    missing.map((name) => {
      const { cube = 0, values = [] } = byName.get(name) ?? {};
      return [name, cube, ...values];
    }),
  );
  const made = await lookUp(session, missing);
  const ids = new Map<string, number>();
  for (const name of names) ids.set(name, known.get(name) ?? found.get(name) ?? made.get(name) ?? 0);
  for (const [name, id] of found) known.set(name, id);
  return ids;
}

const LOOKUP = `SELECT name, id FROM telemetry_usage_subject WHERE name IN (${Array(SUBJECTS_PER_LOOKUP).fill('?').join(', ')})`;

async function lookUp(session: Session, names: readonly string[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (let start = 0; start < names.length; start += SUBJECTS_PER_LOOKUP) {
    const some = names.slice(start, start + SUBJECTS_PER_LOOKUP);
    const rest = Array<null>(SUBJECTS_PER_LOOKUP - some.length).fill(null);
    for (const row of await session.query(LOOKUP, [...some, ...rest])) ids.set(String(row['name']), Number(row['id']));
  }
  return ids;
}

const subjectInsert: BulkInsert = {
  table: 'telemetry_usage_subject',
  columns: {
    name: 'text',
    cube: 'integer',
    ...Object.fromEntries(Object.values(DIMENSIONS).map((column) => [column, 'text' as const])),
  },
  onConflict: 'ON CONFLICT DO NOTHING',
};

function usageInsert(grain: Grain): BulkInsert {
  return INSERTS[grain].usage;
}

function errorInsert(grain: Grain): BulkInsert {
  return INSERTS[grain].errors;
}

const INSERTS = {
  hour: {
    usage: adding('telemetry_usage_hour', [], USAGE_COLUMNS),
    errors: adding('telemetry_usage_error_hour', ['code'], ['requests']),
  },
  day: {
    usage: adding('telemetry_usage_day', [], USAGE_COLUMNS),
    errors: adding('telemetry_usage_error_day', ['code'], ['requests']),
  },
} as const satisfies Record<Grain, { readonly usage: BulkInsert; readonly errors: BulkInsert }>;

function adding(table: string, further: readonly string[], sums: readonly string[]): BulkInsert {
  const integers = ['cube', 'bucket'].map((column) => [column, 'integer' as const] as const);
  return {
    table,
    columns: {
      ...Object.fromEntries(integers),
      subject: 'bigint',
      ...Object.fromEntries(further.map((column) => [column, 'text' as const])),
      ...Object.fromEntries(sums.map((column) => [column, 'bigint' as const])),
    },
    onConflict:
      `ON CONFLICT (${['cube', 'bucket', 'subject', ...further].join(', ')}) DO UPDATE SET ` +
      sums.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', '),
  };
}
