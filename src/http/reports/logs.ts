import type { VirtualKey } from '../../access/index.ts';
import { readContent } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { nanoFromUsd } from '../../std/index.ts';
import { type ExchangeEvent, type LogPlace, type LogSearch, readTotal, searchLog } from '../../telemetry/index.ts';
import { loggedIds } from '../management/answer-ids.ts';
import { shownContent } from '../management/shown-content.ts';
import { readerOf } from '../management/shown-routing.ts';
import { type Route, reached, route } from '../route.ts';
import { endOf, momentOf, offsetHoursOf } from './asked-time.ts';
import { callsCsv } from './calls-csv.ts';
import { type LogsQuery, logsQuery } from './contract.ts';
import { type ReportDoors, reported, reportScopeOf } from './doors.ts';
import { decodePlace, encodePlace } from './log-cursor.ts';
import { shownCall, shownRow } from './shown-call.ts';

/** The request log for people: by pages that go on from a place, however many calls there are, and one call whole. */
export function logRoutes(doors: ReportDoors): readonly Route[] {
  return [list(doors), one(doors), contentOfOne(doors)];
}

function list(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/reports/logs',
    summary: 'Calls, newest first, from a place on; every filter may be combined.',
    action: 'spend.read',
    query: logsQuery,
    resource: reached,
    answer: async ({ key, query }) => {
      const { events, next } = await reported(doors, () => pageFrom(doors, key, query));
      const reader = readerOf(key.caller);
      const rows = events.map((event) => shownRow(event, reader));
      if (query.format === 'csv') return callsCsv('calls', rows);
      const isFirst = query.cursor === undefined && query.before === undefined;
      return {
        body: {
          data: rows,
          next: next === null ? null : encodePlace(next),
          ...(isFirst ? { total_estimate: await estimate(doors, key, query) } : {}),
        },
      };
    },
  });
}

function one(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/reports/logs/*',
    summary: 'Everything that is known of one call: attempts, why there, cost, times.',
    action: 'spend.read',
    resource: reached,
    answer: async ({ key, rest }) => {
      const event = await reported(doors, () => findCall(doors, key, rest));
      if (event === null)
        throw new GatewayError('not_found', `There is no call '${rest}' that this key may see.`, { param: 'id' });
      return { body: shownCall(event, readerOf(key.caller)) };
    },
  });
}

function contentOfOne(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/reports/content/*',
    summary: 'What one call said and was answered, where it is kept and the caller may read it.',
    action: 'content.read',
    resource: reached,
    answer: async ({ key, rest }) => {
      const event = await reported(doors, () => findCall(doors, key, rest));
      if (event === null)
        throw new GatewayError('not_found', `There is no call '${rest}' that this key may see.`, { param: 'id' });
      const read = await readContent(key.caller, event, doors.contents);
      return { body: await shownContent(event, read, doors.contents.mode()) };
    },
  });
}

async function findCall(doors: ReportDoors, key: VirtualKey, id: string): Promise<ExchangeEvent | null> {
  for (const logged of loggedIds(id)) {
    const { events } = await searchLog(doors.reports, { id: logged }, reportScopeOf(key), null, 1);
    if (events[0] !== undefined) return events[0];
  }
  return null;
}

/** A search that finds little is answered with what it has found by then; `next` goes on from there. */
const SEARCH_FOR_MS = 400;

async function pageFrom(doors: ReportDoors, key: VirtualKey, query: LogsQuery) {
  const search = searchOf(query);
  const untilMs = doors.clock.monotonicMs() + SEARCH_FOR_MS;
  const events: ExchangeEvent[] = [];
  let place: LogPlace | null = query.cursor === undefined ? null : decodePlace(query.cursor);
  for (;;) {
    const left = query.limit - events.length;
    const found = await searchLog(doors.reports, search, reportScopeOf(key), place, left);
    events.push(...found.events);
    place = found.next;
    if (place === null || events.length >= query.limit || doors.clock.monotonicMs() > untilMs) break;
  }
  return { events, next: place };
}

/** How many there are, by the sums: without play money, and by full hours. null: by these filters nothing is summed. */
async function estimate(doors: ReportDoors, key: VirtualKey, query: LogsQuery): Promise<number | null> {
  const { text, session, deployment, error_code: code, min_cost: min, max_cost: max, status } = query;
  if ([text, session, deployment, code, min, max].some((value) => value !== undefined)) return null;
  if (status !== undefined && status !== 'success' && status !== 'failure') return null;
  if (query.tag !== undefined && query.customer !== undefined) return null;
  const { fromMs = 0, toMs = doors.clock.nowMs() } = searchOf(query);
  const only = (value: string | undefined): readonly string[] | undefined =>
    value === undefined ? undefined : [value];
  const total = await readTotal(doors.reports, {
    fromMs,
    toMs,
    offsetHours: 0,
    scope: reportScopeOf(key),
    where: {
      model: only(query.model),
      upstream_model: only(query.upstream_model),
      provider: only(query.provider),
      key: only(query.key),
      user: only(query.user),
      team: only(query.team),
      project: only(query.project),
      organization: only(query.organization),
      customer: only(query.customer),
      tag: only(query.tag),
    },
  });
  if (status === undefined) return total.requests;
  return status === 'success' ? total.successes : total.requests - total.successes;
}

export function searchOf(query: Omit<LogsQuery, 'cursor' | 'limit' | 'format'>): LogSearch {
  const offsetHours = offsetHoursOf(query.timezone);
  const { from, to, before, status } = query;
  const ends = [
    ...(to === undefined ? [] : [endOf(to, 'to', offsetHours)]),
    ...(before === undefined ? [] : [momentOf(before, 'before', offsetHours)]),
  ];
  const nano = (usd: string | undefined): bigint | undefined => (usd === undefined ? undefined : nanoFromUsd(usd));
  const isToken = query.key !== undefined && /^[0-9a-f]{64}$/.test(query.key);
  return {
    fromMs: from === undefined ? undefined : momentOf(from, 'from', offsetHours),
    toMs: ends.length === 0 ? undefined : Math.min(...ends),
    keyId: isToken ? undefined : query.key,
    keyHash: isToken ? query.key : undefined,
    userId: query.user,
    teamId: query.team,
    projectId: query.project,
    organizationId: query.organization,
    customer: query.customer,
    tag: query.tag,
    model: query.model,
    upstreamModel: query.upstream_model,
    deployment: query.deployment,
    provider: query.provider,
    sessionId: query.session,
    errorCode: query.error_code,
    outcome: status === 'success' || status === 'failure' ? status : undefined,
    status: status === undefined || Number.isNaN(Number(status)) ? undefined : Number(status),
    minNanoUsd: nano(query.min_cost),
    maxNanoUsd: nano(query.max_cost),
    text: query.text,
  };
}
