import {
  addUsage,
  DIMENSION_NAMES,
  type Dimension,
  noUsageSum,
  rankUsage,
  readTotal,
  readUsage,
  readUsageErrors,
  type UsageErrors,
  type UsageFilter,
  type UsageQuestion,
  type UsageRow,
} from '../../telemetry/index.ts';
import { type Reader, readerOf } from '../management/shown-routing.ts';
import { type Route, type RouteCall, reached, route } from '../route.ts';
import { stretchOf } from './asked-time.ts';
import { type UsageQuery, usageQuery } from './contract.ts';
import { csvAnswer } from './csv.ts';
import { aliasesOf, type ReportDoors, reported, reportScopeOf } from './doors.ts';
import { shownUsage } from './shown-usage.ts';

/** One report for all questions about use: by whom or what, over time, with everything that is measured. */
export function usageRoutes(doors: ReportDoors): readonly Route[] {
  const declared = (path: string, summary: string, format: UsageQuery['format'] | null): Route =>
    route({
      method: 'GET',
      path,
      summary,
      action: 'spend.read',
      query: usageQuery,
      resource: reached,
      answer: async (call) => {
        const report = await reported(doors, () => usageReport(doors, call));
        return (format ?? call.query.format) === 'csv' ? usageCsv(report) : { body: report };
      },
    });
  return [
    declared('/reports/usage', 'Spend, tokens, calls, errors and latency: by whom or what, and over time.', null),
    declared('/reports/usage.csv', 'The same as a table.', 'csv'),
  ];
}

const NAMES = { from: 'from', to: 'to' } as const;
const DAYS = 30;

type Report = Awaited<ReturnType<typeof usageReport>>;

async function usageReport(doors: ReportDoors, { key, query }: RouteCall<undefined, UsageQuery>) {
  const time = stretchOf(query, NAMES, doors.clock.nowMs(), DAYS);
  const where = filterOf(query);
  const question: UsageQuestion = { ...time, by: [], bucket: query.bucket, where, scope: reportScopeOf(key) };
  const reader = readerOf(key.caller);
  const { reports } = doors;
  const { bucket } = query;
  const [groups, total, series, errors] = await Promise.all([
    query.by === 'none' ? null : groupsOf(doors, question, query.by, query.limit, reader),
    readTotal(reports, question),
    bucket === 'none' ? [] : readUsage(reports, question),
    readUsageErrors(reports, { ...question, bucket: 'none' }),
  ]);
  return {
    from: new Date(time.fromMs).toISOString(),
    to: new Date(time.toMs).toISOString(),
    by: query.by,
    bucket,
    timezone: -time.offsetHours * 60 + 0,
    totals: { ...shownUsage(total, reader), errors: errorsIn(errors) },
    series: seriesOf(series, bucket, reader),
    groups: groups?.shown ?? [],
    has_more: groups?.hasMore ?? false,
  };
}

/** Those with the highest spend; what was spent by the others is in the totals. */
async function groupsOf(
  { reports, keys, parties }: ReportDoors,
  question: UsageQuestion,
  by: Dimension,
  limit: number,
  reader: Reader,
) {
  const ranked = (await rankUsage(reports, { ...question, by: [by] }, limit + 1)).map(([name = '']) => name);
  const names = ranked.slice(0, limit);
  if (names.length === 0) return { shown: [], hasMore: false };
  const ofThem = { ...question, by: [by], where: { ...question.where, [by]: names } };
  const [rows, errors, aliases] = await Promise.all([
    readUsage(reports, ofThem),
    readUsageErrors(reports, { ...ofThem, bucket: 'none' }),
    aliasesOf({ keys, parties }, by, names),
  ]);
  const shown = names.map((name) => {
    const own = rows.filter((row) => row.names[0] === name);
    const total = noUsageSum();
    for (const { sum } of own) addUsage(total, sum);
    return {
      name,
      alias: aliases.get(name) ?? null,
      totals: { ...shownUsage(total, reader), errors: errorsIn(errors.filter((each) => each.names[0] === name)) },
      series: seriesOf(own, question.bucket, reader),
    };
  });
  return { shown, hasMore: ranked.length > limit };
}

function seriesOf(rows: readonly UsageRow[], bucket: UsageQuery['bucket'], reader: Reader) {
  return rows
    .flatMap(({ atMs, sum }) => (atMs === null ? [] : [{ atMs, sum }]))
    .sort((one, other) => one.atMs - other.atMs)
    .map(({ atMs, sum }) => ({ start: startOf(atMs, bucket), ...shownUsage(sum, reader) }));
}

/** A day by its date on the clock that was asked for, an hour by its moment. */
function startOf(atMs: number, bucket: UsageQuery['bucket']): string {
  const text = new Date(atMs).toISOString();
  return bucket === 'day' ? text.slice(0, 10) : text;
}

function errorsIn(errors: readonly UsageErrors[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    errors.toSorted((one, other) => other.requests - one.requests).map(({ code, requests }) => [code, requests]),
  );
}

function filterOf(query: UsageQuery): UsageFilter {
  return Object.fromEntries(DIMENSION_NAMES.map((name) => [name, query[name]]));
}

const COLUMNS = [
  'spend_usd',
  'cost_usd',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'requests',
  'successful_requests',
  'failed_requests',
  'duration_ms_average',
] as const;

const LATENCIES = ['average', 'p50', 'p90', 'p95', 'p99'] as const;

/** A row for each group and bucket; without groups or buckets, for what there is. */
function usageCsv(report: Report) {
  const whole = { name: '', alias: null, totals: report.totals, series: report.series };
  const groups = report.by === 'none' ? [whole] : report.groups;
  const rows = groups.flatMap(({ name, alias, totals, series }) =>
    (report.bucket === 'none' ? [{ start: '', ...totals }] : series).map((sums) => [
      ...(report.bucket === 'none' ? [] : [sums.start]),
      ...(report.by === 'none' ? [] : [name, alias]),
      ...COLUMNS.map((column) => sums[column]),
      ...LATENCIES.map((each) => sums.first_byte_ms[each]),
    ]),
  );
  const columns = [
    ...(report.bucket === 'none' ? [] : [report.bucket]),
    ...(report.by === 'none' ? [] : [report.by, 'alias']),
    ...COLUMNS,
    ...LATENCIES.map((each) => `first_byte_ms_${each}`),
  ];
  return csvAnswer(`usage-${report.from.slice(0, 10)}`, columns, rows);
}
