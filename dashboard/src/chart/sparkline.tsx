import classes from './sparkline.module.css';

const [WIDTH, HEIGHT, GAP] = [84, 22, 1];

/** Bars without axes, as high as the highest of them lets them be; `label` says what a reader cannot see. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...values);
  const step = WIDTH / values.length;
  return (
    <svg className={classes['sparkline']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      {values.map((value, at) => {
        // What is not nothing is seen.
        const height = value === 0 ? 1 : Math.max(2, (HEIGHT * value) / most);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={at}
            x={at * step}
            y={HEIGHT - height}
            width={step - GAP}
            height={height}
            data-none={value === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
