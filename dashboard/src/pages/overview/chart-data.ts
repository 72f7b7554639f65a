import type { UsageGroup, UsagePoint, UsageReport } from '../../api/usage.ts';
import { momentOf, momentsOf } from '../../time-range/moments.ts';
import type { Span } from '../../time-range/time-range.ts';
import type { Metric } from './metrics.ts';

/** One stack of the chart: its time, and a value for each series. */
export type ChartRow = Record<string, number>;
export type ChartSeries = { readonly name: string; readonly label: string };
export type ChartData = { readonly rows: readonly ChartRow[]; readonly series: readonly ChartSeries[] };

/** More colours than this are not told apart. */
const MOST_SERIES = 7;
const OTHERS = 'others';
const AT = 'at';

/** The buckets of the span, those without a call among them, with the greatest groups apart and the rest together. */
export function chartData(
  report: Pick<UsageReport, 'groups' | 'series'>,
  span: Span,
  metric: Metric,
  words: { readonly others: string; readonly whole: string; readonly none: string },
): ChartData {
  const moments = momentsOf(span);
  const whole = valuesAt(report.series, metric);
  if (!metric.isSum || report.groups.length === 0) {
    return {
      rows: moments.map((at) => ({ [AT]: at, g0: whole.get(at) ?? 0 })),
      series: [{ name: 'g0', label: words.whole }],
    };
  }
  const shown = [...report.groups].sort((one, other) => metric.drawn(other.totals) - metric.drawn(one.totals));
  const apart = shown.slice(0, MOST_SERIES).filter(({ totals }) => metric.drawn(totals) > 0);
  const values = apart.map(({ series }) => valuesAt(series, metric));
  const rows = moments.map((at) => {
    const parts = values.map((each) => each.get(at) ?? 0);
    const rest = (whole.get(at) ?? 0) - parts.reduce((sum, part) => sum + part, 0);
    return {
      [AT]: at,
      ...Object.fromEntries(parts.map((part, index) => [`g${index}`, part])),
      // Sums of floats of one and the same money differ in the last digit.
      [OTHERS]: rest > 1e-9 ? rest : 0,
    };
  });
  const hasOthers = rows.some((row) => (row[OTHERS] ?? 0) > 0);
  const series = apart.map((group, index) => ({ name: `g${index}`, label: labelOf(group, words.none) }));
  return { rows, series: hasOthers ? [...series, { name: OTHERS, label: words.others }] : series };
}

export function labelOf({ name, alias }: Pick<UsageGroup, 'name' | 'alias'>, none: string): string {
  return alias ?? (name === '' ? none : name);
}

function valuesAt(points: readonly UsagePoint[], metric: Metric): ReadonlyMap<number, number> {
  return new Map(points.map((point) => [momentOf(point.start), metric.drawn(point)]));
}
