import type { VirtualKey } from '../../access/index.ts';
import { usdFromNano } from '../../std/index.ts';
import {
  type Dimension,
  rankUsage,
  readUsage,
  type UsageFilter,
  type UsageQuestion,
  type UsageRow,
} from '../../telemetry/index.ts';
import { type AskedTime, stretchOf } from '../reports/asked-time.ts';
import { type CsvValue, csvAnswer } from '../reports/csv.ts';
import { keysOf, type ReportDoors, reportScopeOf } from '../reports/doors.ts';
import type { RouteAnswer } from '../route.ts';

export type Dated = {
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
  readonly timezone: number;
};

const NAMES = { from: 'start_date', to: 'end_date' } as const;
const DAYS = 30;
/** Of reports that ask for no dates: all that there is. */
const EVER: AskedTime = { fromMs: 0, toMs: 4_102_444_800_000, offsetHours: 0 };

/** LiteLLM's dates; the last day is a part of it. Left out: so many days. */
export function datedStretch(
  { start_date: from, end_date: to, timezone }: Dated,
  doors: ReportDoors,
  days: number = DAYS,
): AskedTime {
  return stretchOf({ from, to, timezone }, NAMES, doors.clock.nowMs(), days);
}

/** Where a report without dates is about everything that ever was. */
export function stretchOrEver(query: Dated, doors: ReportDoors): AskedTime {
  return query.start_date === undefined && query.end_date === undefined ? EVER : datedStretch(query, doors);
}

export function questionOf(
  key: VirtualKey,
  time: AskedTime,
  by: readonly Dimension[],
  bucket: UsageQuestion['bucket'],
  where: UsageFilter = {},
): UsageQuestion {
  return { ...time, by, bucket, where, scope: reportScopeOf(key) };
}

/** The groups with the highest charges, highest first, with all their sums. */
export async function topUsage(
  { reports }: ReportDoors,
  question: UsageQuestion,
  limit: number,
): Promise<readonly UsageRow[]> {
  const [dimension] = question.by;
  // What belongs to nobody is no group; it may be among the first.
  const named = (await rankUsage(reports, question, limit + 1))
    .map(([name = '']) => name)
    .filter((name) => name !== '');
  const ranked = named.slice(0, limit);
  if (dimension === undefined || ranked.length === 0) return [];
  const where = { ...question.where, [dimension]: ranked };
  const rows = await readUsage(reports, { ...question, bucket: 'none', where });
  const places = new Map(ranked.map((name, place) => [name, place]));
  return rows.toSorted((one, other) => (places.get(nameOf(one)) ?? 0) - (places.get(nameOf(other)) ?? 0));
}

/** Of the first that it was asked by. */
export function nameOf({ names: [name = ''] }: Pick<UsageRow, 'names'>): string {
  return name;
}

export function spentUsd({ sum }: Pick<UsageRow, 'sum'>): number {
  return usdFromNano(sum.chargeNanoUsd);
}

const IS_NAME = /^(?:[0-9a-f]{64}|sk-.*)$/;

/** By ids or by tokens, as LiteLLM's clients name keys. One that is not in use any more is known by its id alone. */
export async function keyIdsOf(
  doors: ReportDoors,
  named: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (named === undefined) return undefined;
  return Promise.all(
    named.map(async (text) => {
      if (!IS_NAME.test(text)) return text;
      const [id = text] = (await keysOf(doors, [text])).keys();
      return id;
    }),
  );
}

export function oneOrNone(value: string | null | undefined): readonly string[] | undefined {
  return value === undefined || value === null ? undefined : [value];
}

type FlatRow = Readonly<Record<string, CsvValue>>;

/** As LiteLLM has it, or as a table of the same members. */
export function listed<Row extends FlatRow>(
  rows: readonly Row[],
  { format }: { readonly format: 'json' | 'csv' },
  name: string,
  columns: readonly (keyof Row & string)[],
  body: unknown = rows,
): RouteAnswer {
  if (format === 'json') return { body };
  return csvAnswer(
    name,
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}
