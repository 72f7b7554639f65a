import { formatAgo, formatLocal, formatUtc } from './time.ts';

/** Local time, UTC on hover; `ago` tells how long it has been. */
export function TimeText({ at, ago = false }: { readonly at: string | number | null; readonly ago?: boolean }) {
  if (at === null) return <span>–</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  if (Number.isNaN(ms)) return <span>–</span>;
  const title = ago ? `${formatLocal(ms)} · ${formatUtc(ms)}` : formatUtc(ms);
  return (
    <time dateTime={new Date(ms).toISOString()} title={title}>
      {ago ? formatAgo(ms, Date.now()) : formatLocal(ms)}
    </time>
  );
}
