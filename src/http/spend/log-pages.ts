import type { VirtualKey } from '../../access/index.ts';
import { readContent } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { nanoFromUsd } from '../../std/index.ts';
import { type LogOrder, type LogSearch, pageOfLog, searchLog } from '../../telemetry/index.ts';
import { loggedIds } from '../management/answer-ids.ts';
import { spendLogContent } from '../management/shown-content.ts';
import { readerOf } from '../management/shown-routing.ts';
import { spendLogRow } from '../management/spend-log-row.ts';
import { callsCsv } from '../reports/calls-csv.ts';
import { type ReportDoors, reported, reportScopeOf } from '../reports/doors.ts';
import { shownRow } from '../reports/shown-call.ts';
import { type Route, type RouteAnswer, reached, route } from '../route.ts';
import { type PagesQuery, pagesQuery, sessionQuery } from './contract.ts';
import { datedStretch, keyIdsOf, oneOrNone } from './spent.ts';

/** The request log by numbered pages, as LiteLLM's dashboard and its clients turn them. */
export function logPageRoutes(doors: ReportDoors): readonly Route[] {
  return [pages(doors, '/spend/logs/v2'), pages(doors, '/spend/logs/ui'), session(doors), one(doors)];
}

function pages(doors: ReportDoors, path: string): Route {
  return route({
    method: 'GET',
    path,
    summary: 'Calls by numbered pages, of the newest 100,000 of the time that is asked for.',
    action: 'spend.read',
    query: pagesQuery,
    resource: reached,
    answer: async ({ key, query }) => {
      const { fromMs, toMs } = datedStretch(query, doors);
      const [keyId] = (await keyIdsOf(doors, oneOrNone(query.api_key))) ?? [];
      const order = { by: query.sort_by, descending: query.sort_order === 'desc' };
      return answerPage(doors, key, { ...searchOf(query), keyId, fromMs, toMs }, query, order);
    },
  });
}

function searchOf(query: PagesQuery): LogSearch {
  const nano = (usd: string | undefined): bigint | undefined => (usd === undefined ? undefined : nanoFromUsd(usd));
  return {
    id: query.request_id,
    sessionId: query.session_id,
    userId: query.user_id,
    teamId: query.team_id,
    minNanoUsd: nano(query.min_spend),
    maxNanoUsd: nano(query.max_spend),
    outcome: query.status_filter,
    upstreamModel: query.model,
    deployment: query.model_id,
    model: query.model_group,
    keyAlias: query.key_alias,
    customer: query.end_user,
    errorCode: query.error_code,
    errorMessage: query.error_message,
  };
}

function session(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/spend/logs/session/ui',
    summary: 'The calls of one session, newest first, by numbered pages.',
    action: 'spend.read',
    query: sessionQuery,
    resource: reached,
    answer: ({ key, query }) =>
      answerPage(
        doors,
        key,
        { sessionId: query.session_id },
        { ...query, format: 'json' },
        { by: 'startTime', descending: true },
      ),
  });
}

async function answerPage(
  doors: ReportDoors,
  key: VirtualKey,
  search: LogSearch,
  { page, page_size: size, format }: Pick<PagesQuery, 'page' | 'page_size' | 'format'>,
  order: LogOrder,
): Promise<RouteAnswer> {
  const read = () => pageOfLog(doors.reports, search, reportScopeOf(key), order, { page, size });
  const { events, total } = await reported(doors, read);
  const reader = readerOf(key.caller);
  if (format === 'csv')
    return callsCsv(
      'spend-logs',
      events.map((event) => shownRow(event, reader)),
    );
  return {
    body: {
      data: events.map((event) => spendLogRow(event, reader)),
      total,
      page,
      page_size: size,
      total_pages: Math.ceil(total / size),
    },
  };
}

function one(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/spend/logs/ui/*',
    summary: 'One call, by any of its ids.',
    action: 'spend.read',
    resource: reached,
    answer: async ({ key, rest }) => {
      for (const id of loggedIds(rest)) {
        const found = await reported(doors, () => searchLog(doors.reports, { id }, reportScopeOf(key), null, 1));
        const [event] = found.events;
        if (event === undefined) continue;
        const content = spendLogContent(await readContent(key.caller, event, doors.contents));
        return { body: { ...spendLogRow(event, readerOf(key.caller)), ...content } };
      }
      const message = `There is no call '${rest}' that this key may see.`;
      throw new GatewayError('not_found', message, { param: 'request_id' });
    },
  });
}
