import classes from './status-dot.module.css';

export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

/** A state in a word; the colour only says it again. */
export function StatusDot({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className={classes['status']} data-tone={tone}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}
