import { Skeleton, UnstyledButton } from '@mantine/core';
import type { Usage } from '../../api/usage.ts';
import classes from './metric-tiles.module.css';
import { type MetricId, metricIds, metrics } from './metrics.ts';

type Props = {
  /** undefined: on their way. */
  readonly totals: Usage | undefined;
  readonly chosen: MetricId;
  readonly onChoose: (metric: MetricId) => void;
};

/** The figures of the time; the chosen one is drawn below. */
export function MetricTiles({ totals, chosen, onChoose }: Props) {
  return (
    <div className={classes['tiles']}>
      {metricIds.map((id) => {
        const { name, figure, detail } = metrics[id];
        return (
          <UnstyledButton
            key={id}
            className={classes['tile']}
            aria-pressed={id === chosen}
            onClick={() => onChoose(id)}
          >
            <span className={classes['name']}>{name}</span>
            <span className={classes['figure']}>
              {totals === undefined ? <Skeleton height={22} width={90} my={4} /> : figure(totals)}
            </span>
            <span className={classes['detail']}>
              {totals === undefined ? <Skeleton height={12} width={70} /> : detail(totals)}
            </span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
