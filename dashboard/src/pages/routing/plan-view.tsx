import { Text } from '@mantine/core';
import type { Planned } from '../../api/routing.ts';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { SmallTable } from '../../table/small-table.tsx';
import classes from './explain-panel.module.css';
import { keyOf, moveOf, type PlacedRow, placesOf } from './plan-difference.ts';

const words = m.routing.plan;

type Props = {
  readonly title: string;
  readonly plan: Planned;
  /** What it is compared with; left out: nothing. */
  readonly before?: Planned;
};

/** Who would be tried, in what order and why, and who is left out. */
export function PlanView({ title, plan, before }: Props) {
  const rows = placesOf(plan, before ?? plan);
  return (
    <SmallTable
      name={title}
      rows={rows}
      columns={before === undefined ? columns : [place, move, ...columns.slice(1)]}
      rowId={(row) => keyOf(row.place)}
      heading={<Heading title={title} plan={plan} />}
    />
  );
}

function Heading({ title, plan }: { readonly title: string; readonly plan: Planned }) {
  return (
    <>
      <h3>{title}</h3>
      <Text size="xs" c="dimmed">
        {summaryOf(plan)}
      </Text>
      {plan.refusal === null ? null : (
        <Text size="sm" c="var(--bad)">
          {words.refused(plan.refusal.status, plan.refusal.message)}
        </Text>
      )}
    </>
  );
}

const place: Column<PlacedRow> = { id: 'place', header: words.place, value: ({ now }) => now ?? words.leftOut };

const move: Column<PlacedRow> = {
  id: 'move',
  header: words.move,
  value: (row) => words.moves[moveOf(row)](row.before),
  cell: (row) => (
    <span className={classes['move']} data-move={moveOf(row)}>
      {words.moves[moveOf(row)](row.before)}
    </span>
  ),
};

const columns: readonly Column<PlacedRow>[] = [
  place,
  {
    id: 'deployment',
    header: words.deployment,
    value: ({ place: { deployment } }) => deployment,
    cell: ({ place: { credential, provider, upstream_model: upstream, deployment } }) => (
      <>
        {credential ?? provider}/{upstream}
        <br />
        <small>{deployment}</small>
      </>
    ),
  },
  { id: 'why', header: words.why, value: ({ why }) => why },
  {
    id: 'cost',
    header: words.cost,
    isNumber: true,
    value: ({ place: { expected_cost_usd: cost } }) => cost,
    cell: ({ place: { expected_cost_usd: cost, price } }) => (
      <>
        {cost === null ? words.unknown : <MoneyText nano={nanoOf(cost)} />}
        {price === null ? null : (
          <>
            <br />
            <small>{words.price(String(price.input), String(price.output))}</small>
          </>
        )}
      </>
    ),
  },
];

function summaryOf({ strategy, hold, fallbacks }: Planned): string {
  const then = Object.entries(fallbacks).map(([cause, models]) => words.fallback(cause, models.join(', ')));
  return [words.strategy(strategy), words.holds[hold.outcome](hold.asked_usd, hold.max_output_tokens), ...then].join(
    ' · ',
  );
}
