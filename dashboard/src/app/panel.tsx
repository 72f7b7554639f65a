import type { ReactNode } from 'react';
import classes from './panel.module.css';

/** A sheet on the desk: a titled surface. */
export function Panel({
  title,
  aside,
  children,
  flush = false,
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** What is in it brings its own margins. */
  readonly flush?: boolean;
}) {
  return (
    <section className={classes['panel']}>
      {title === undefined ? null : (
        <div className={classes['head']}>
          <h2 className={classes['title']}>{title}</h2>
          {aside}
        </div>
      )}
      <div className={flush ? undefined : classes['body']}>{children}</div>
    </section>
  );
}
