import { Text } from '@mantine/core';
import type { UsageTotals } from '../../api/usage.ts';
import { LogAnchor } from '../../app/log-link.tsx';
import { Panel } from '../../app/panel.tsx';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import { type TimeRange, writeRange } from '../../time-range/time-range.ts';
import classes from './errors-panel.module.css';

type Props = { readonly totals: UsageTotals | undefined; readonly range: TimeRange };

/** Why calls failed, the commonest first; each leads to its calls. */
export function ErrorsPanel({ totals, range }: Props) {
  const causes = Object.entries(totals?.errors ?? {}).sort(([, one], [, other]) => other - one);
  const most = causes[0]?.[1] ?? 1;
  return (
    <Panel title={m.overview.errorsBy}>
      {causes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {m.overview.noErrors}
        </Text>
      ) : (
        <ul className={classes['causes']}>
          {causes.map(([code, count]) => (
            <li key={code}>
              <span>
                <LogAnchor search={{ ...writeRange(range), error_code: code }}>{code}</LogAnchor>
              </span>
              <span className={classes['track']} aria-hidden="true">
                <span className={classes['bar']} style={{ width: `${(100 * count) / most}%` }} />
              </span>
              <span className={classes['count']}>{formatCount(count)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
