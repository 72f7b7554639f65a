import { ActionIcon, Button, SegmentedControl, Skeleton, Switch, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { type Dimension, dimensions, MOST_GROUPS, type UsageReport, usageQuery } from '../../api/usage.ts';
import { Failure } from '../../app/failure.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { Panel } from '../../app/panel.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { nanoOf } from '../../format/money.ts';
import { m } from '../../messages/index.ts';
import { DataTable } from '../../table/data-table.tsx';
import { RangePicker } from '../../time-range/range-picker.tsx';
import { type Span, type TimeRange, writeRange } from '../../time-range/time-range.ts';
import { useTimeRange } from '../../time-range/use-time-range.ts';
import { useFirstSteps } from '../start/use-first-steps.ts';
import { chartData } from './chart-data.ts';
import { ErrorsPanel } from './errors-panel.tsx';
import { groupColumns } from './group-columns.tsx';
import { MetricTiles } from './metric-tiles.tsx';
import { type MetricId, metricIds, metrics } from './metrics.ts';

const StackedBars = lazy(async () => ({ default: (await import('../../chart/stacked-bars.tsx')).StackedBars }));

const words = m.overview;
const LIVE_MS = 5_000;

export default function OverviewPage() {
  const [url, change] = useUrlState();
  const { range, span, setRange } = useTimeRange('7d');
  const by = dimensions.find((each) => each === url['by']) ?? 'model';
  const metric = metricIds.find((each) => each === url['metric']) ?? 'spend';
  const isLive = url['live'] === '1';
  const { data, error, refetch, isFetching } = useQuery({
    ...usageQuery({ span, by }),
    refetchInterval: isLive ? LIVE_MS : false,
  });
  const actions = (
    <>
      <Switch
        size="xs"
        label={m.frame.range.live}
        checked={isLive}
        onChange={(event) => change({ live: event.currentTarget.checked ? '1' : null })}
      />
      <Tooltip label={m.frame.range.refresh}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={m.frame.range.refresh}
          loading={isFetching && !isLive}
          onClick={() => void refetch()}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      </Tooltip>
      <RangePicker range={range} onChange={setRange} />
    </>
  );
  if (error !== null && data === undefined) {
    return (
      <PageFrame title={words.title} actions={actions}>
        <Failure error={error} retry={() => void refetch()} />
      </PageFrame>
    );
  }
  return (
    <PageFrame title={words.title} actions={actions}>
      <MetricTiles totals={data?.totals} chosen={metric} onChoose={(id) => change({ metric: id })} />
      {data !== undefined && data.totals.requests === 0 ? (
        <NothingYet />
      ) : (
        <>
          <Chart report={data} span={span} metric={metric} by={by} onBy={(next) => change({ by: next })} />
          <Groups report={data} by={by} range={range} span={span} />
          <ErrorsPanel totals={data?.totals} range={range} />
        </>
      )}
    </PageFrame>
  );
}

let hasLed = false;

/** Whoever begins is led to the first steps: once in a visit, so that this page can be looked at as well. */
function NothingYet() {
  const { isDue, isTheirs, session } = useFirstSteps();
  const isLed = isDue && !hasLed && session.user.user_id !== null;
  useEffect(() => {
    if (isDue) hasLed = true;
  }, [isDue]);
  if (isLed) return <Navigate to="/start" />;
  return (
    <Panel>
      <EmptyState
        title={words.empty}
        action={
          <Button component={Link} to={isTheirs ? '/start' : '/keys'} variant="light">
            {isTheirs ? m.start.open : words.makeKey}
          </Button>
        }
      >
        {words.emptyHint}
      </EmptyState>
    </Panel>
  );
}

type ChartProps = {
  readonly report: UsageReport | undefined;
  readonly span: Span;
  readonly metric: MetricId;
  readonly by: Dimension;
  readonly onBy: (by: Dimension) => void;
};

function Chart({ report, span, metric: id, by, onBy }: ChartProps) {
  const metric = metrics[id];
  const drawn = useMemo(
    () =>
      report === undefined
        ? null
        : chartData(report, span, metric, { others: words.others, whole: metric.name, none: words.none }),
    [report, span, metric],
  );
  const waiting = <Skeleton height={260} />;
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label={words.by}
      value={by}
      onChange={(value) => onBy(value as Dimension)}
      data={dimensions.map((value) => ({ value, label: words.dimensions[value] }))}
    />
  );
  const title = metric.isSum ? words.chart(metric.name, words.dimensions[by]) : words.chartAlone(metric.name);
  return (
    <Panel title={title} aside={choice}>
      {drawn === null ? (
        waiting
      ) : (
        <Suspense fallback={waiting}>
          <StackedBars
            rows={drawn.rows}
            series={drawn.series}
            bucket={span.bucket}
            format={metric.format}
            mark={metric.mark}
          />
        </Suspense>
      )}
    </Panel>
  );
}

type GroupsProps = {
  readonly report: UsageReport | undefined;
  readonly by: Dimension;
  readonly range: TimeRange;
  readonly span: Span;
};

/** The same groups in numbers. */
function Groups({ report, by, range, span }: GroupsProps) {
  const queries = useQueryClient();
  const whole = nanoOf(report?.totals.spend_usd);
  const columns = useMemo(() => groupColumns({ by, whole, time: writeRange(range) }), [by, whole, range]);
  return (
    <DataTable
      name={words.chart(words.title, words.dimensions[by])}
      rows={report?.groups}
      columns={columns}
      rowId={({ name }) => name}
      sortedFirst="-spend"
      everyRow={async () => {
        const { groups, has_more: isCut } = await queries.fetchQuery(usageQuery({ span, by, limit: MOST_GROUPS }));
        return { rows: groups, isCut };
      }}
      empty={<EmptyState title={words.empty} />}
    />
  );
}
