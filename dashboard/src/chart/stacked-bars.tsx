import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import type { Bucket } from '../time-range/time-range.ts';
import { axisLabel, fullLabel } from './axis-label.ts';
import classes from './stacked-bars.module.css';

type Props = {
  readonly rows: readonly Record<string, number>[];
  readonly series: readonly { readonly name: string; readonly label: string }[];
  readonly bucket: Bucket;
  readonly format: (value: number) => string;
  /** Of the marks beside the bars, up to the highest of them. */
  readonly mark?: ((largest: number) => (value: number) => string) | undefined;
};

/** Bars over time, one colour a series. Fetched when it is first drawn: Recharts is half of the dashboard. */
export function StackedBars({ rows, series, bucket, format, mark = () => format }: Props) {
  const heights = rows.map((row) => series.reduce((sum, { name }) => sum + (row[name] ?? 0), 0));
  return (
    <div className={classes['chart']}>
      <BarChart
        h={280}
        data={rows.map((row) => ({ ...row }))}
        dataKey="at"
        type="stacked"
        series={series.map(({ name, label }, index) => ({
          name,
          label,
          color: name === 'others' ? 'var(--chart-others)' : `var(--chart-${index + 1})`,
        }))}
        valueFormatter={format}
        xAxisProps={{ tickFormatter: (at: number) => axisLabel(at, bucket), minTickGap: 24 }}
        yAxisProps={{ width: 72, tickCount: 5, tickFormatter: mark(Math.max(0, ...heights)) }}
        withLegend={series.length > 1}
        legendProps={{ verticalAlign: 'bottom', height: 36 }}
        tooltipProps={{ labelFormatter: (at) => fullLabel(Number(at), bucket) }}
        barProps={{ isAnimationActive: false }}
        maxBarWidth={28}
        tickLine="none"
        gridAxis="x"
        strokeDasharray="0"
      />
    </div>
  );
}
