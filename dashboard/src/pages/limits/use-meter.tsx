import classes from './use-meter.module.css';

const ALMOST = 0.8;

/** How full a limit is, to the eye; the numbers stand beside it. */
export function UseMeter({ used, limit }: { readonly used: number; readonly limit: number }) {
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  const tone = share >= 1 ? 'bad' : share >= ALMOST ? 'warn' : 'good';
  return (
    <div className={classes['meter']} data-tone={tone} aria-hidden="true">
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}
