import { useMemo } from 'react';
import { useUrlState } from '../app/url-state.ts';
import { type RangeName, readRange, type Span, spanOf, type TimeRange, writeRange } from './time-range.ts';

/** How far the clock goes before a range that moves with it is asked for anew. */
const STEP_MS = 60_000;

/** The page's time range, in its address. The span's end moves by whole minutes, so that what was fetched is reused. */
export function useTimeRange(fallback: RangeName): {
  readonly range: TimeRange;
  readonly span: Span;
  readonly setRange: (range: TimeRange) => void;
} {
  const [{ range: name, from, to }, change] = useUrlState();
  const range = useMemo(() => readRange({ range: name, from, to }, fallback), [name, from, to, fallback]);
  const minute = Math.ceil(Date.now() / STEP_MS) * STEP_MS;
  const span = useMemo(() => spanOf(range, minute), [range, minute]);
  return { range, span, setRange: (next) => change(writeRange(next), 'push') };
}
