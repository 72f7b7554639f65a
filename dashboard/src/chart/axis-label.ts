import type { Bucket } from '../time-range/time-range.ts';

const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const fullDay = new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric' });

export function axisLabel(ms: number, bucket: Bucket): string {
  return (bucket === 'hour' ? hour : day).format(ms);
}

/** Of nothing, which a chart asks for before anything is pointed at, nothing. */
export function fullLabel(ms: number, bucket: Bucket): string {
  if (Number.isNaN(ms)) return '';
  return bucket === 'hour' ? `${fullDay.format(ms)}, ${hour.format(ms)}` : fullDay.format(ms);
}
