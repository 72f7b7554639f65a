import { Text } from '@mantine/core';
import type { Planned } from '../../api/routing.ts';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { m } from '../../messages/index.ts';
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
    <section aria-label={title}>
      <h3>{title}</h3>
      <Text size="xs" c="dimmed" mb="xs">
        {summaryOf(plan)}
      </Text>
      {plan.refusal === null ? null : (
        <Text size="sm" c="var(--bad)" mb="xs">
          {words.refused(plan.refusal.status, plan.refusal.message)}
        </Text>
      )}
      <div className={classes['scroll']}>
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">{words.place}</th>
              <th scope="col">{words.deployment}</th>
              <th scope="col">{words.why}</th>
              <th scope="col" data-number>
                {words.cost}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={keyOf(row.place)} row={row} isCompared={before !== undefined} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ row, isCompared }: { readonly row: PlacedRow; readonly isCompared: boolean }) {
  const { place, now, before, why } = row;
  const { credential, upstream_model: upstream, provider, deployment, price, expected_cost_usd: cost } = place;
  const move = moveOf(row);
  return (
    <tr>
      <td>
        {now ?? words.leftOut}
        {isCompared ? (
          <div className={classes['move']} data-move={move}>
            {words.moves[move](before)}
          </div>
        ) : null}
      </td>
      <td>
        {credential ?? provider}/{upstream}
        <br />
        <small>{deployment}</small>
      </td>
      <td>{why}</td>
      <td data-number>
        {cost === null ? words.unknown : <MoneyText nano={nanoOf(cost)} />}
        {price === null ? null : (
          <>
            <br />
            <small>{words.price(String(price.input), String(price.output))}</small>
          </>
        )}
      </td>
    </tr>
  );
}

function summaryOf({ strategy, hold, fallbacks }: Planned): string {
  const then = Object.entries(fallbacks).map(([cause, models]) => words.fallback(cause, models.join(', ')));
  return [words.strategy(strategy), words.holds[hold.outcome](hold.asked_usd, hold.max_output_tokens), ...then].join(
    ' · ',
  );
}
