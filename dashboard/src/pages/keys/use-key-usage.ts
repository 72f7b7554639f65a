import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { KeyPage } from '../../api/keys.ts';
import { type UsageGroup, type UsageReport, usageQuery } from '../../api/usage.ts';
import { useMay } from '../../session/session.ts';
import { momentOf, momentsOf } from '../../time-range/moments.ts';
import { beginningOf, type Span } from '../../time-range/time-range.ts';

export const USAGE_DAYS = 14;

/** Calls of each of the days, the oldest first. */
export type KeyUsage = ReadonlyMap<string, readonly number[]>;

/** What the keys of the list were used for lately: one question for each page of them, answered by the sums of days. */
export function useKeyUsage(pages: readonly KeyPage[] | undefined): KeyUsage | undefined {
  const isAllowed = useMay()('spend.read');
  const today = beginningOf(Date.now(), 'day');
  const span = useMemo(() => lastDays(today), [today]);
  const asked = isAllowed ? (pages ?? []).filter(({ keys }) => keys.length > 0) : [];
  const groups = useQueries({
    queries: asked.map(({ keys }) => ({
      ...usageQuery({
        span,
        by: 'key' as const,
        limit: keys.length,
        filter: { key: keys.map(({ token_id: id }) => id).join(',') },
      }),
      staleTime: STALE_MS,
    })),
    combine: groupsOf,
  });
  return useMemo(() => (isAllowed ? usageOf(groups, span) : undefined), [isAllowed, groups, span]);
}

const STALE_MS = 60_000;

function groupsOf(answers: readonly { readonly data: UsageReport | undefined }[]): readonly UsageGroup[] {
  return answers.flatMap(({ data }) => data?.groups ?? []);
}

function lastDays(todayMs: number): Span {
  const [first, end] = [new Date(todayMs), new Date(todayMs)];
  first.setDate(first.getDate() - USAGE_DAYS + 1);
  end.setDate(end.getDate() + 1);
  return { fromMs: first.getTime(), toMs: end.getTime() - 1, bucket: 'day' };
}

function usageOf(groups: readonly UsageGroup[], span: Span): KeyUsage {
  const days = momentsOf(span);
  return new Map(
    groups.map(({ name, series }) => {
      const calls = new Map(series.map(({ start, requests }) => [momentOf(start), requests]));
      return [name, days.map((day) => calls.get(day) ?? 0)];
    }),
  );
}
