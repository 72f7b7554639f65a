import { usdFromNano } from '../../std/index.ts';
import { readTotal, readUsage } from '../../telemetry/index.ts';
import { dateOf } from '../reports/asked-time.ts';
import { type ReportDoors, reported } from '../reports/doors.ts';
import { type Route, route } from '../route.ts';
import { datesQuery, endUsersBody, ofKeyQuery, tagsQuery, topQuery } from './contract.ts';
import {
  datedStretch,
  keyIdsOf,
  listed,
  nameOf,
  oneOrNone,
  questionOf,
  spentUsd,
  stretchOrEver,
  topUsage,
} from './spent.ts';

/** More groups than a chart can show. */
const MOST = 1_000;

/** LiteLLM's reports of the whole gateway: who has a bounded view asks for its own activity. */
export function globalSpendRoutes(doors: ReportDoors): readonly Route[] {
  return [
    whole(doors),
    byDay(doors),
    models(doors),
    providers(doors),
    endUsers(doors),
    tags(doors),
    tagNames(doors),
    everyEndUser(doors),
  ];
}

function whole(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend',
    summary: 'Everything that was ever spent, or between two dates.',
    action: 'spend.read',
    query: datesQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, stretchOrEver(query, doors), [], 'none');
      const { chargeNanoUsd } = await reported(doors, () => readTotal(doors.reports, question));
      return { body: { spend: usdFromNano(chargeNanoUsd), max_budget: 0 } };
    },
  });
}

function byDay(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/logs',
    summary: 'What was spent on each of the last thirty days, by one key where it is named.',
    action: 'spend.read',
    query: ofKeyQuery,
    answer: async ({ key, query }) => {
      const where = { key: await keyIdsOf(doors, oneOrNone(query.api_key)) };
      const question = questionOf(key, datedStretch(query, doors), [], 'day', where);
      const rows = await reported(doors, () => readUsage(doors.reports, question));
      const days = rows
        .toSorted((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0))
        .map((row) => ({ date: dateOf(row.atMs ?? 0), spend: spentUsd(row) }));
      return listed(days, query, 'spend-by-day', ['date', 'spend']);
    },
  });
}

function models(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/models',
    summary: 'The models that were spent most on.',
    action: 'spend.read',
    query: topQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, datedStretch(query, doors), ['model'], 'none');
      const rows = await reported(doors, () => topUsage(doors, question, query.limit));
      const shown = rows.map((row) => ({ model: nameOf(row), total_spend: spentUsd(row) }));
      return listed(shown, query, 'spend-by-model', ['model', 'total_spend']);
    },
  });
}

function providers(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/provider',
    summary: 'What was spent with each provider.',
    action: 'spend.read',
    query: ofKeyQuery,
    answer: async ({ key, query }) => {
      const where = { key: await keyIdsOf(doors, oneOrNone(query.api_key)) };
      const question = questionOf(key, datedStretch(query, doors), ['provider'], 'none', where);
      const rows = await reported(doors, () => topUsage(doors, question, MOST));
      const shown = rows.map((row) => ({ provider: nameOf(row), spend: spentUsd(row) }));
      return listed(shown, query, 'spend-by-provider', ['provider', 'spend']);
    },
  });
}

function endUsers(doors: ReportDoors): Route {
  return route({
    method: 'POST',
    path: '/global/spend/end_users',
    summary: 'The customers that spent most.',
    action: 'spend.read',
    body: endUsersBody,
    answer: async ({ key, body }) => {
      const asked = { start_date: body.startTime ?? undefined, end_date: body.endTime ?? undefined, timezone: 0 };
      const where = { key: await keyIdsOf(doors, oneOrNone(body.api_key)) };
      const question = questionOf(key, datedStretch(asked, doors), ['customer'], 'none', where);
      const rows = await reported(doors, () => topUsage(doors, question, 100));
      return {
        body: rows.map((row) => ({
          end_user: nameOf(row),
          total_count: row.sum.requests,
          total_spend: spentUsd(row),
        })),
      };
    },
  });
}

function tags(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/tags',
    summary: 'What was spent under each tag; a call with several counts under each.',
    action: 'spend.read',
    query: tagsQuery,
    answer: async ({ key, query }) => {
      const all = query.tags === undefined || query.tags.includes('all-tags');
      const where = all ? {} : { tag: query.tags };
      const question = questionOf(key, datedStretch(query, doors), ['tag'], 'none', where);
      const rows = await reported(doors, () => topUsage(doors, question, MOST));
      const shown = rows.map((row) => ({ name: nameOf(row), spend: spentUsd(row), log_count: row.sum.requests }));
      return listed(shown, query, 'spend-by-tag', ['name', 'spend', 'log_count'], { spend_per_tag: shown });
    },
  });
}

function tagNames(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/all_tag_names',
    summary: 'The tags that calls were booked under, a thousand at most: those with the highest spend.',
    action: 'spend.read',
    query: datesQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, stretchOrEver(query, doors), ['tag'], 'none');
      const rows = await reported(doors, () => topUsage(doors, question, MOST));
      return { body: { tag_names: rows.map(nameOf).sort() } };
    },
  });
}

function everyEndUser(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/all_end_users',
    summary: 'The customers that calls were made for, a thousand at most: those with the highest spend.',
    action: 'spend.read',
    query: datesQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, stretchOrEver(query, doors), ['customer'], 'none');
      const rows = await reported(doors, () => topUsage(doors, question, MOST));
      return { body: { end_users: rows.map(nameOf).sort() } };
    },
  });
}
