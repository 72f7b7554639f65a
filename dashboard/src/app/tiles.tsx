import type { ReactNode } from 'react';
import classes from './tiles.module.css';

/** A few figures beside one another. */
export function Tiles({ children }: { readonly children: ReactNode }) {
  return <dl className={classes['tiles']}>{children}</dl>;
}

type Props = { readonly name: string; readonly hint?: ReactNode; readonly children: ReactNode };

export function Tile({ name, hint, children }: Props) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{children}</strong>
        {hint === undefined ? null : <span>{hint}</span>}
      </dd>
    </div>
  );
}
