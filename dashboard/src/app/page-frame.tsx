import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page-frame.module.css';

type Props = {
  readonly title: string;
  /** Beside the title: a button for what is done most, a time range. */
  readonly actions?: ReactNode;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
};

/** The head of a page and the measure of what is below it. */
export function PageFrame({ title, actions, lead, children }: Props) {
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div className={classes['words']}>
          <Title order={1}>{title}</Title>
          {lead === undefined ? null : <p className={classes['lead']}>{lead}</p>}
        </div>
        {actions === undefined ? null : <div className={classes['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
