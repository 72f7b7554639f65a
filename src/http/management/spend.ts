import type { KeyAdministration, Reach } from '../../access/index.ts';
import { type ContentDoors, readContent } from '../../administration/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { usdFromNano } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import {
  type DaySum,
  type ExchangeEvent,
  findById,
  findByUpstreamId,
  type LogScope,
  listRequestLog,
  sumByDay,
} from '../../telemetry/index.ts';
import { callsCsv } from '../reports/calls-csv.ts';
import { csvAnswer } from '../reports/csv.ts';
import { shownRow } from '../reports/shown-call.ts';
import { type Route, type RouteAnswer, reached, route } from '../route.ts';
import { loggedIds } from './answer-ids.ts';
import { spendLogsQuery } from './contract.ts';
import { spendLogContent } from './shown-content.ts';
import { type Reader, readerOf } from './shown-routing.ts';
import { spendLogRow } from './spend-log-row.ts';

export type RequestLogReader = {
  readonly log: Database;
  /** Everything settled up to now is in the log when this resolves. */
  readonly drainNow: () => Promise<void>;
};

type Contents = { readonly contents: ContentDoors };

type Keys = { readonly keys: Pick<KeyAdministration, 'keyInfo'> };

const DAY_MS = 86_400_000;

export function spendRoutes(reader: RequestLogReader & Keys & Contents): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/spend/logs',
      summary: 'The request log: newest first, one row per call.',
      action: 'spend.read',
      query: spendLogsQuery,
      resource: reached,
      answer: async ({ key, reach, query }) => {
        await reader.drainNow();
        const scope = scopeOf(reach);
        const answered = (events: readonly ExchangeEvent[]) => answerRows(events, query.format, readerOf(key.caller));
        if (query.request_id !== undefined) {
          const found = await findExchanges(reader, query.request_id, scope);
          if (query.format === 'csv') return answered(found);
          return { body: await Promise.all(found.map((event) => wholeRow(event, key.caller, reader))) };
        }
        const [startMs, endMs] = [dateOf(query.start_date, 'start_date'), dateOf(query.end_date, 'end_date')];
        const filter = {
          userId: query.user_id,
          startMs,
          endMs: endMs === undefined ? undefined : endMs + DAY_MS,
          ...(await keyFilter(reader, query.api_key)),
        };
        if (startMs !== undefined && endMs !== undefined && query.summarize === 'true')
          return answerDays(await sumByDay(reader.log, filter, scope), query.format);
        return answered(await listRequestLog(reader.log, { ...filter, limit: query.limit }, scope));
      },
    }),
  ];
}

/** With what the call said, where that is kept. */
async function wholeRow(event: ExchangeEvent, caller: Caller, { contents }: Contents) {
  return { ...spendLogRow(event, readerOf(caller)), ...spendLogContent(await readContent(caller, event, contents)) };
}

/** By any id of ours, or by the answer's own id. A key sees its own rows; others' ids are as good as unknown. */
export async function findExchanges(
  reader: RequestLogReader,
  id: string,
  scope: LogScope,
): Promise<readonly ExchangeEvent[]> {
  for (const logged of loggedIds(id)) {
    const ours = await findById(reader.log, logged, scope);
    if (ours !== null) return [ours];
    const theirs = await findByUpstreamId(reader.log, logged, scope);
    if (theirs.length > 0) return theirs;
  }
  return [];
}

/** The rows of the request log that a reach has. */
export function scopeOf(reach: Reach): LogScope {
  return reach === 'everything' ? { kind: 'all' } : { kind: 'some', ...reach };
}

/** By its hash, its id, or the key itself, as LiteLLM's clients have it. */
async function keyFilter(
  { keys }: Keys,
  apiKey: string | undefined,
): Promise<{ readonly keyId?: string; readonly keyHash?: string }> {
  if (apiKey === undefined) return {};
  if (/^[0-9a-f]{64}$/.test(apiKey)) return { keyHash: apiKey };
  return { keyId: apiKey.startsWith('sk-') ? ((await keys.keyInfo(apiKey, 'everything'))?.id ?? apiKey) : apiKey };
}

function dateOf(text: string | undefined, param: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(ms))
    throw new GatewayError('invalid_request', `'${param}' must be a date like 2026-11-24, not '${text}'.`, { param });
  return ms;
}

type Format = 'json' | 'csv';

function answerRows(events: readonly ExchangeEvent[], format: Format, reader: Reader): RouteAnswer {
  if (format === 'csv')
    return callsCsv(
      'spend-logs',
      events.map((event) => shownRow(event, reader)),
    );
  return { body: events.map((event) => spendLogRow(event, reader)) };
}

function answerDays(sums: readonly DaySum[], format: Format): RouteAnswer {
  if (format === 'json') return { body: summary(sums) };
  return csvAnswer(
    'spend-by-day',
    ['date', 'key', 'user', 'model', 'requests', 'prompt_tokens', 'completion_tokens', 'spend_usd'],
    sums.map((sum) => [
      dateOfDay(sum.dayMs),
      sum.keyId,
      sum.userId,
      sum.requestedModel,
      sum.requests,
      sum.inputTokens,
      sum.outputTokens,
      usdFromNano(sum.chargeNanoUsd),
    ]),
  );
}

function dateOfDay(dayMs: number): string {
  return new Date(dayMs).toISOString().slice(0, 10);
}

function summary(sums: readonly DaySum[]): readonly unknown[] {
  const days = new Map<
    number,
    { nanoUsd: bigint; users: Map<string, bigint>; models: Map<string, bigint>; keys: Map<string, bigint> }
  >();
  for (const row of sums) {
    const day = days.get(row.dayMs) ?? { nanoUsd: 0n, users: new Map(), models: new Map(), keys: new Map() };
    day.nanoUsd += row.chargeNanoUsd;
    add(day.users, row.userId ?? '', row.chargeNanoUsd);
    add(day.models, row.requestedModel ?? '', row.chargeNanoUsd);
    add(day.keys, row.keyId ?? '', row.chargeNanoUsd);
    days.set(row.dayMs, day);
  }
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([dayMs, day]) => ({
      startTime: dateOfDay(dayMs),
      spend: usdFromNano(day.nanoUsd),
      users: inUsd(day.users),
      models: inUsd(day.models),
      ...inUsd(day.keys),
    }));
}

function add(sums: Map<string, bigint>, name: string, nanoUsd: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + nanoUsd);
}

function inUsd(sums: ReadonlyMap<string, bigint>): Readonly<Record<string, number>> {
  return Object.fromEntries([...sums].map(([name, nanoUsd]) => [name, usdFromNano(nanoUsd)]));
}
