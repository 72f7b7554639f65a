import { Progress, Text } from '@mantine/core';
import { formatUsd, type Nano, nanoOf } from '../format/money.ts';
import { formatShare } from '../format/number.ts';
import { formatLocal } from '../format/time.ts';
import { m } from '../messages/index.ts';
import classes from './budget-bar.module.css';
import { type Budgeted, forecastOf } from './budget-forecast.ts';

/** From here on somebody should look. */
const NEAR = 80n;

type Props = {
  readonly of: Budgeted;
  readonly limit: number;
  /** What it comes to at the end of its window stands beside it in words, and not in the bar alone. */
  readonly isTold?: boolean;
};

/** How much of a budget is spent, and will be when its window ends, in words and as a bar. */
export function BudgetBar({ of, limit: usd, isTold = false }: Props) {
  const [spent, limit] = [nanoOf(of.spend), nanoOf(usd)];
  const forecast = forecastOf(of, Date.now());
  const percent = limit === 0n ? 100n : (spent * 100n) / limit;
  const color = percent >= 100n ? 'var(--bad)' : percent >= NEAR ? 'var(--warn)' : 'var(--accent)';
  const share = shareOf(spent, limit);
  const to = Math.min(1, forecast === null ? 0 : shareOf(forecast, limit));
  const foretold =
    forecast === null || of.budget_reset_at == null
      ? null
      : m.frame.forecast(formatUsd(forecast), formatLocal(Date.parse(of.budget_reset_at)));
  return (
    <div className={classes['budget']} title={foretold ?? undefined}>
      <span>{m.frame.of(formatUsd(spent), formatUsd(limit))}</span>
      <Progress.Root size={5} radius="xl">
        <Progress.Section
          value={Math.min(100, share * 100)}
          color={color}
          aria-label={m.frame.used(formatShare(share))}
        />
        {foretold !== null && to > share && (
          <Progress.Section
            value={(to - share) * 100}
            color={forecast !== null && forecast > limit ? 'var(--bad)' : color}
            className={classes['forecast']}
            aria-label={foretold}
          />
        )}
      </Progress.Root>
      {isTold && foretold !== null && (
        <Text size="xs" c={forecast !== null && forecast > limit ? 'var(--bad)' : 'dimmed'}>
          {foretold}
        </Text>
      )}
    </div>
  );
}

function shareOf(part: Nano, whole: Nano): number {
  return whole === 0n ? 1 : Number((part * 10_000n) / whole) / 10_000;
}
