import type { Database, Row } from '../../store/index.ts';
import { type Cube, DIMENSIONS, type Dimension } from './usage-cubes.ts';
import { type UsageSum, usageOfRow } from './usage-measures.ts';
import { bucketStartMs, cubeOf, spansOf, type UsageQuestion } from './usage-question.ts';
import { type Approach, countSubjectsSql, errorsSql, sumsSql } from './usage-sql.ts';

/** Sums of one group in one bucket. */
export type UsageRow = {
  /** What the group is told by, in the order that was asked; empty text: none. */
  readonly names: readonly string[];
  /** Start of the bucket on the clocks that were asked for; null where there are no buckets. */
  readonly atMs: number | null;
  readonly sum: UsageSum;
};

/** How often calls of one group in one bucket ended with an error. */
export type UsageErrors = Pick<UsageRow, 'names' | 'atMs'> & { readonly code: string; readonly requests: number };

/** Asked for together, but not summed together: only customers and tags are ever that. */
export class NotSummedTogether extends Error {}

/** Every group and bucket that has calls, in no order. */
export async function readUsage(database: Database, question: UsageQuestion): Promise<readonly UsageRow[]> {
  const asked = await prepare(database, question);
  const { sql, values } = sumsSql(asked);
  return (await database.query(sql, values)).map((row) => usageRow(row, question));
}

/** All of it as one sum. */
export async function readTotal(database: Database, question: Omit<UsageQuestion, 'by' | 'bucket'>): Promise<UsageSum> {
  const [row] = await readUsage(database, { ...question, by: [], bucket: 'none' });
  return row?.sum ?? usageOfRow({});
}

/** The groups with the highest charges of all the time, by their names; highest first. */
export async function rankUsage(
  database: Database,
  question: UsageQuestion,
  limit: number,
): Promise<readonly (readonly string[])[]> {
  const asked = await prepare(database, { ...question, bucket: 'none' });
  const { sql, values } = sumsSql(asked, ['charge_nano', 'requests'], limit);
  return (await database.query(sql, values)).map((row) => namesOf(row, question.by));
}

export async function readUsageErrors(database: Database, question: UsageQuestion): Promise<readonly UsageErrors[]> {
  const asked = await prepare(database, question);
  const { sql, values } = errorsSql(asked);
  const rows = await database.query(sql, values);
  return rows.map((row) => ({
    names: namesOf(row, question.by),
    atMs: startOf(row, question),
    code: String(row['code']),
    requests: Number(row['requests']),
  }));
}

/** A look-up takes a few microseconds, a row that is read and not wanted one. */
const MOST_LOOK_UPS = 250_000;

async function prepare<Asked extends UsageQuestion>(
  database: Database,
  question: Asked,
): Promise<Asked & { readonly cube: Cube; readonly approach: Approach }> {
  const cube = cubeOf(question);
  if (cube === null) throw new NotSummedTogether('Customers and tags are not summed together.');
  return { ...question, cube, approach: await approachOf(database, question, cube) };
}

/** Postgres finds its own way; it has an index for each. */
async function approachOf(database: Database, question: UsageQuestion, cube: Cube): Promise<Approach> {
  const isNarrowed = Object.values(question.where).some((values) => values !== undefined);
  if (database.kind === 'postgres' || (!isNarrowed && question.scope.kind === 'all')) return 'read';
  const { sql, values } = countSubjectsSql({ ...question, cube });
  const [row] = await database.query(sql, values);
  const buckets = spansOf(question).reduce((sum, { from, to }) => sum + to - from, 0);
  return Number(row?.['subjects'] ?? 0) * buckets <= MOST_LOOK_UPS ? 'look-up' : 'read';
}

function usageRow(row: Row, question: UsageQuestion): UsageRow {
  return { names: namesOf(row, question.by), atMs: startOf(row, question), sum: usageOfRow(row) };
}

function startOf(row: Row, { bucket }: UsageQuestion): number | null {
  return bucket === 'none' ? null : bucketStartMs(bucket, Number(row['place']));
}

function namesOf(row: Row, by: readonly Dimension[]): readonly string[] {
  return by.map((each) => String(row[DIMENSIONS[each]]));
}
