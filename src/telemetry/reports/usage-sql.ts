import type { SqlValue } from '../../store/index.ts';
import { type Cube, DIMENSIONS, type Dimension } from './usage-cubes.ts';
import { USAGE_COLUMNS } from './usage-measures.ts';
import { type ReportScope, type Span, spansOf, type UsageFilter, type UsageQuestion } from './usage-question.ts';
import { HOURS_PER_DAY } from './usage-tally.ts';

export type Sql = { readonly sql: string; readonly values: readonly SqlValue[] };

/** How rows are come by: all of the time are read, or each subject's are looked up in each bucket. */
export type Approach = 'read' | 'look-up';

type Asked = UsageQuestion & { readonly cube: Cube; readonly approach: Approach };

/** Sums of the groups, highest charge first where there is a limit. `only`: of these measures, not of all. */
export function sumsSql(asked: Asked, only: readonly string[] | null = null, limit: number | null = null): Sql {
  const measures = only ?? USAGE_COLUMNS;
  const groups = groupColumns(asked);
  const source = sourceSql(asked, 'usage', measures);
  const sums = measures.map((name) => `sum(usage.${name}) AS ${name}`);
  const order = limit === null ? '' : ` ORDER BY charge_nano DESC, 1 LIMIT ${limit}`;
  const selected = [...groups, ...sums].join(', ');
  return { sql: `SELECT ${selected} FROM ${source.sql}${groupBy(groups)}${order}`, values: source.values };
}

/** How often each error was, of each group. */
export function errorsSql(asked: Asked): Sql {
  const groups = [...groupColumns(asked), 'usage.code AS code'];
  const source = sourceSql(asked, 'usage_error', ['code', 'requests']);
  const selected = [...groups, 'sum(usage.requests) AS requests'].join(', ');
  return { sql: `SELECT ${selected} FROM ${source.sql}${groupBy(groups)}`, values: source.values };
}

/** How many subjects a question is about. */
export function countSubjectsSql({ cube, where, scope }: Pick<Asked, 'cube' | 'where' | 'scope'>): Sql {
  const narrowed = narrowing(where, scope);
  return {
    sql: `SELECT count(*) AS subjects FROM telemetry_usage_subject AS subject WHERE subject.cube = ?${narrowed.sql}`,
    values: [cube.number, ...narrowed.values],
  };
}

function groupColumns({ by, bucket }: Asked): readonly string[] {
  const dimensions = by.map((each) => `subject.${DIMENSIONS[each]} AS ${DIMENSIONS[each]}`);
  return bucket === 'none' ? dimensions : [...dimensions, 'usage.place AS place'];
}

function groupBy(groups: readonly string[]): string {
  return groups.length === 0 ? '' : ` GROUP BY ${groups.map((_, nth) => nth + 1).join(', ')}`;
}

function sourceSql(asked: Asked, table: 'usage' | 'usage_error', columns: readonly string[]): Sql {
  const spans = spansOf(asked).map((span) => spanSql(asked, table, columns, span));
  const narrowed = narrowing(asked.where, asked.scope);
  // An empty time has no rows and all the same one sum.
  const [first = EMPTY(columns)] = spans;
  const united = spans.length < 2 ? first : join(spans, ' UNION ALL ');
  const needsSubject = asked.by.length > 0 || narrowed.sql !== '';
  if (!needsSubject) return { sql: `(${united.sql}) AS usage`, values: united.values };
  return {
    // SQLite reads the left side of a CROSS JOIN first.
    sql: `(${united.sql}) AS usage CROSS JOIN telemetry_usage_subject AS subject WHERE subject.id = usage.subject${narrowed.sql}`,
    values: [...united.values, ...narrowed.values],
  };
}

const EMPTY = (columns: readonly string[]): Sql => ({
  sql: `SELECT 0 AS subject, 0 AS place, ${columns.map((name) => `0 AS ${name}`).join(', ')} WHERE 1 = 0`,
  values: [],
});

function spanSql(asked: Asked, table: string, columns: readonly string[], { grain, from, to }: Span): Sql {
  const selected = `kept.subject AS subject, ${placeOf(asked, grain)} AS place, ${columns.map((name) => `kept.${name} AS ${name}`).join(', ')}`;
  const rows = `telemetry_${table}_${grain} AS kept`;
  const time = [asked.cube.number, from, to];
  if (asked.approach === 'read')
    return {
      sql: `SELECT ${selected} FROM ${rows} WHERE kept.cube = ? AND kept.bucket >= ? AND kept.bucket < ?`,
      values: time,
    };
  const narrowed = narrowing(asked.where, asked.scope);
  return {
    sql:
      `SELECT ${selected} FROM (WITH RECURSIVE times(bucket) AS (SELECT CAST(? AS INTEGER) UNION ALL ` +
      'SELECT bucket + 1 FROM times WHERE bucket + 1 < ?) SELECT bucket FROM times) AS times ' +
      `CROSS JOIN (SELECT id FROM telemetry_usage_subject AS subject WHERE subject.cube = ?${narrowed.sql}) AS subjects ` +
      `CROSS JOIN ${rows} WHERE kept.cube = ? AND kept.bucket = times.bucket AND kept.subject = subjects.id`,
    values: [from, to, asked.cube.number, ...narrowed.values, asked.cube.number],
  };
}

/** The number of the hour or of the day that a row belongs to, on the clocks that are asked for. */
function placeOf({ bucket, offsetHours }: Asked, grain: Span['grain']): string {
  if (bucket === 'none') return '0';
  if (bucket === 'hour') return 'kept.bucket';
  return grain === 'day' ? 'kept.bucket' : `(kept.bucket + ${Math.trunc(offsetHours)}) / ${HOURS_PER_DAY}`;
}

/** Starts with AND, where there is anything. */
function narrowing(where: UsageFilter, scope: ReportScope): Sql {
  const terms = Object.entries(where).flatMap(([name, values]) =>
    values === undefined ? [] : [oneOf(name as Dimension, values)],
  );
  if (scope.kind === 'any') {
    const parts = scope.of.map(({ dimension, ids }) => oneOf(dimension, ids));
    terms.push(parts.length === 0 ? { sql: '1 = 0', values: [] } : wrapped(join(parts, ' OR ')));
  }
  return { sql: terms.map(({ sql }) => ` AND ${sql}`).join(''), values: terms.flatMap(({ values }) => values) };
}

/** Lengths of lists that there are statements for. */
const LIST_SIZES = [1, 10, 100, 1_000, 10_000] as const;

function oneOf(dimension: Dimension, values: readonly string[]): Sql {
  const size = LIST_SIZES.find((each) => each >= values.length) ?? values.length;
  const rest = Array<null>(size - values.length).fill(null);
  return {
    sql: `subject.${DIMENSIONS[dimension]} IN (${Array(size).fill('?').join(', ')})`,
    values: [...values, ...rest],
  };
}

function join(parts: readonly Sql[], between: string): Sql {
  return { sql: parts.map(({ sql }) => sql).join(between), values: parts.flatMap(({ values }) => values) };
}

function wrapped({ sql, values }: Sql): Sql {
  return { sql: `(${sql})`, values };
}
