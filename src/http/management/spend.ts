import type { Reach } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { usdFromNano } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import {
  type ExchangeEvent,
  findById,
  findByUpstreamId,
  type LogScope,
  listRequestLog,
  sumByDay,
} from '../../telemetry/index.ts';
import { type Route, reached, route } from '../route.ts';
import { loggedIds } from './answer-ids.ts';
import { spendLogsQuery } from './contract.ts';
import { readerOf } from './shown-routing.ts';
import { spendLogRow } from './spend-log-row.ts';

export type RequestLogReader = {
  readonly log: Database;
  /** Everything settled up to now is in the log when this resolves. */
  readonly drainNow: () => Promise<void>;
};

const DAY_MS = 86_400_000;

export function spendRoutes(reader: RequestLogReader): readonly Route[] {
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
        const row = (event: ExchangeEvent) => spendLogRow(event, readerOf(key.caller));
        if (query.request_id !== undefined)
          return { body: (await findExchanges(reader, query.request_id, scope)).map(row) };
        const [startMs, endMs] = [dateOf(query.start_date, 'start_date'), dateOf(query.end_date, 'end_date')];
        const filter = {
          userId: query.user_id,
          startMs,
          endMs: endMs === undefined ? undefined : endMs + DAY_MS,
          ...keyFilter(query.api_key),
        };
        if (startMs !== undefined && endMs !== undefined && query.summarize === 'true')
          return { body: await summary(reader, filter, scope) };
        return { body: (await listRequestLog(reader.log, { ...filter, limit: query.limit }, scope)).map(row) };
      },
    }),
  ];
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

function keyFilter(apiKey: string | undefined): { keyId?: string; keyHash?: string } {
  if (apiKey === undefined) return {};
  return /^[0-9a-f]{64}$/.test(apiKey) ? { keyHash: apiKey } : { keyId: apiKey };
}

function dateOf(text: string | undefined, param: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(ms))
    throw new GatewayError('invalid_request', `'${param}' must be a date like 2026-11-24, not '${text}'.`, { param });
  return ms;
}

async function summary(
  reader: RequestLogReader,
  filter: Parameters<typeof sumByDay>[1],
  scope: LogScope,
): Promise<readonly unknown[]> {
  const days = new Map<
    number,
    { nanoUsd: bigint; users: Map<string, bigint>; models: Map<string, bigint>; keys: Map<string, bigint> }
  >();
  for (const row of await sumByDay(reader.log, filter, scope)) {
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
      startTime: new Date(dayMs).toISOString().slice(0, 10),
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
