import { Progress } from '@mantine/core';
import { formatUsd, type Nano } from '../format/money.ts';
import { formatShare } from '../format/number.ts';
import { m } from '../messages/index.ts';
import classes from './budget-bar.module.css';

/** From here on somebody should look. */
const NEAR = 80n;

/** How much of a budget is spent, in words and as a bar. */
export function BudgetBar({ spent, limit }: { readonly spent: Nano; readonly limit: Nano }) {
  const percent = limit === 0n ? 100n : (spent * 100n) / limit;
  const share = limit === 0n ? 1 : Number((spent * 10_000n) / limit) / 10_000;
  const color = percent >= 100n ? 'var(--bad)' : percent >= NEAR ? 'var(--warn)' : 'var(--accent)';
  return (
    <div className={classes['budget']}>
      <span>{m.frame.of(formatUsd(spent), formatUsd(limit))}</span>
      <Progress.Root size={5} radius="xl">
        <Progress.Section
          value={Math.min(100, share * 100)}
          color={color}
          aria-label={m.frame.used(formatShare(share))}
        />
      </Progress.Root>
    </div>
  );
}
