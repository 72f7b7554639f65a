import { addUsage, noUsageSum, readUsage, type UsageQuestion, type UsageRow } from '../../telemetry/index.ts';
import { DAY_MS, dateOf } from '../reports/asked-time.ts';
import { type ReportDoors, reported } from '../reports/doors.ts';
import { spendMetrics } from '../reports/shown-usage.ts';
import { type Route, type RouteCall, route } from '../route.ts';
import { type TagUsersQuery, tagDaysQuery, tagMonthsQuery, tagNamesQuery, tagUsersQuery } from './contract.ts';
import { datedStretch, nameOf, questionOf, stretchOrEver, topUsage } from './spent.ts';

/** As many as LiteLLM tells. */
const [MOST_NAMES, DAYS, PERIODS, DAYS_OF_WEEK, DAYS_OF_MONTH] = [250, 7, 7, 7, 30] as const;

/** LiteLLM's doors to who makes calls under which tags. Users are those of the calls, whoever holds their keys now. */
export function tagActivityRoutes(doors: ReportDoors): readonly Route[] {
  return [names(doors), daily(doors), weekly(doors), monthly(doors), summary(doors)];
}

function names(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/tag/distinct',
    summary: 'The tags that calls were booked under, 250 at most: those with the highest spend.',
    action: 'spend.read',
    query: tagNamesQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, stretchOrEver(query, doors), ['tag'], 'none');
      const rows = await reported(doors, () => topUsage(doors, question, MOST_NAMES));
      return { body: { results: rows.map((row) => ({ tag: nameOf(row) })) } };
    },
  });
}

function daily(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/tag/dau',
    summary: 'How many users made calls under each tag on each day, newest day first; left out: the last seven days.',
    action: 'spend.read',
    query: tagDaysQuery,
    answer: async ({ key, query }) => {
      const time = datedStretch(query, doors, DAYS);
      const rows = await readTagUsers(doors, query, questionOf(key, time, ['tag', 'user'], 'day'));
      const days = [...Map.groupBy(rows, ({ atMs }) => dateOf(atMs ?? 0))].sort(([one], [other]) =>
        one < other ? 1 : -1,
      );
      const results = days.flatMap(([date, ofDay]) => usersOfTags(ofDay).map((users) => ({ ...users, date })));
      return { body: { results } };
    },
  });
}

function weekly(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/tag/wau',
    summary: 'The same for each of the last seven weeks, the last of which ends today.',
    action: 'spend.read',
    query: tagUsersQuery,
    answer: (call) => inPeriods(doors, call, PERIODS, DAYS_OF_WEEK, (nth, start) => `Week ${nth} (${start})`),
  });
}

function monthly(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/tag/mau',
    summary: 'The same for each of the last months, of thirty days; the last of them ends today.',
    action: 'spend.read',
    query: tagMonthsQuery,
    answer: (call) => {
      const { months } = call.query;
      return inPeriods(doors, call, months, DAYS_OF_MONTH, (nth, start) => `Month ${nth} (${start})`);
    },
  });
}

/** Earliest first. Each is read by itself: who was there on several days of it is one user. */
async function inPeriods(
  doors: ReportDoors,
  { key, query }: RouteCall<undefined, TagUsersQuery>,
  periods: number,
  days: number,
  nameFor: (nth: number, start: string) => string,
) {
  const today = Math.floor(doors.clock.nowMs() / DAY_MS) * DAY_MS;
  const results: unknown[] = [];
  for (let nth = 1; nth <= periods; nth++) {
    const toMs = today + DAY_MS - (periods - nth) * days * DAY_MS;
    const fromMs = toMs - days * DAY_MS;
    const question = questionOf(key, { fromMs, toMs, offsetHours: 0 }, ['tag', 'user'], 'none');
    const rows = await readTagUsers(doors, query, question);
    const period = { period_start: dateOf(fromMs), period_end: dateOf(toMs - DAY_MS) };
    const date = nameFor(nth, dateOf(fromMs));
    results.push(...usersOfTags(rows).map((users) => ({ ...users, date, ...period })));
  }
  return { body: { results } };
}

function summary(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/tag/summary',
    summary: 'Users, calls, tokens and spend of each tag between two dates, highest spend first.',
    action: 'spend.read',
    query: tagDaysQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, datedStretch(query, doors), ['tag', 'user'], 'none');
      const rows = await readTagUsers(doors, query, question);
      const results = [...Map.groupBy(rows, nameOf)].map(([tag, own]) => {
        const sum = noUsageSum();
        for (const row of own) addUsage(sum, row.sum);
        const metrics = spendMetrics(sum);
        return {
          tag,
          unique_users: own.filter(hasUser).length,
          total_requests: metrics.api_requests,
          successful_requests: metrics.successful_requests,
          failed_requests: metrics.failed_requests,
          total_tokens: metrics.total_tokens,
          total_spend: metrics.spend,
        };
      });
      return { body: { results: results.toSorted((one, other) => other.total_spend - one.total_spend) } };
    },
  });
}

/** One row for each tag and user. Several names are meant as they are, a single one as a part of a name. */
async function readTagUsers(
  doors: ReportDoors,
  { tag_filters: listed, tag_filter: part }: TagUsersQuery,
  question: UsageQuestion,
): Promise<readonly UsageRow[]> {
  const where = { tag: listed };
  const rows = await reported(doors, () => readUsage(doors.reports, { ...question, where }));
  if (listed !== undefined || part === undefined) return rows;
  return rows.filter((row) => nameOf(row).toLowerCase().includes(part.toLowerCase()));
}

/** Most users first. */
function usersOfTags(rows: readonly UsageRow[]): readonly { readonly tag: string; readonly active_users: number }[] {
  return [...Map.groupBy(rows.filter(hasUser), nameOf)]
    .map(([tag, own]) => ({ tag, active_users: own.length }))
    .sort((one, other) => other.active_users - one.active_users || (one.tag < other.tag ? -1 : 1));
}

function hasUser({ names: [, user = ''] }: UsageRow): boolean {
  return user !== '';
}
