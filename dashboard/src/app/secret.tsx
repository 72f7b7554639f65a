import type { ReactNode } from 'react';
import classes from './secret.module.css';

/** What is seen once, whole, with a way to copy it beside it. */
export function Secret({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className={classes['secret']}>
      <code data-secret>{text}</code>
      {children}
    </div>
  );
}
