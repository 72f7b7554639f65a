import type { VirtualKey } from '../../access/index.ts';
import { usdFromNano } from '../../std/index.ts';
import {
  addUsage,
  type Dimension,
  noUsageSum,
  readUsage,
  type UsageRow,
  type UsageSum,
} from '../../telemetry/index.ts';
import { dateOf } from '../reports/asked-time.ts';
import { csvAnswer } from '../reports/csv.ts';
import { aliasesOf, keysOf, type ReportDoors, reported } from '../reports/doors.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';
import { type ReportQuery, reportQuery } from './contract.ts';
import { datedStretch, keyIdsOf, nameOf, oneOrNone, questionOf, spentUsd } from './spent.ts';

/** LiteLLM's report for invoices: by teams or customers day by day, or by keys in all. */
export function globalReportRoutes(doors: ReportDoors): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/global/spend/report',
      summary: 'What teams, customers or keys spent, by model, between two dates.',
      action: 'spend.read',
      query: reportQuery,
      answer: ({ key, query }) => {
        const isByKey =
          query.group_by === 'api_key' || query.api_key !== undefined || query.internal_user_id !== undefined;
        return reported(doors, () => (isByKey ? byKey(doors, key, query) : byDay(doors, key, query)));
      },
    }),
  ];
}

async function readBy(
  doors: ReportDoors,
  key: VirtualKey,
  query: ReportQuery,
  by: readonly Dimension[],
  bucket: 'day' | 'none',
): Promise<readonly UsageRow[]> {
  const where = {
    key: await keyIdsOf(doors, oneOrNone(query.api_key)),
    user: oneOrNone(query.internal_user_id),
    team: oneOrNone(query.team_id),
    customer: oneOrNone(query.customer_id),
  };
  return readUsage(doors.reports, questionOf(key, datedStretch(query, doors), by, bucket, where));
}

async function byDay(doors: ReportDoors, asking: VirtualKey, query: ReportQuery): Promise<RouteAnswer> {
  const entity = query.group_by === 'customer' ? 'customer' : 'team';
  const read = await readBy(doors, asking, query, [entity, 'model', 'key'], 'day');
  const rows = read.filter((row) => nameOf(row) !== '');
  const aliases = await aliasesOf(doors, entity, [...new Set(rows.map(nameOf))]);
  const tokens = await tokensOf(
    doors,
    rows.map(({ names: [, , id = ''] }) => id),
  );
  const days = grouped(rows, ({ atMs }) => dateOf(atMs ?? 0));
  const shown = [...days]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([date, ofDay]) => ({
      date,
      entities: [...grouped(ofDay, nameOf)].map(([id, own]) => ({
        name: entity === 'team' ? (aliases.get(id) ?? id) : id,
        total_spend: usdFromNano(totalOf(own).chargeNanoUsd),
        metadata: own.map((row) => detailOf(row, tokens)),
      })),
    }));
  if (query.format === 'csv') {
    const flat = shown.flatMap(({ date, entities }) =>
      entities.flatMap(({ name, metadata }) =>
        metadata.map(({ model, api_key: key, spend, total_tokens: total }) => [date, name, model, key, spend, total]),
      ),
    );
    return csvAnswer('spend-report', ['date', entity, 'model', 'api_key', 'spend', 'total_tokens'], flat);
  }
  const [list, member] = entity === 'team' ? ['teams', 'team_name'] : ['customers', 'customer'];
  return {
    body: shown.map(({ date, entities }) => ({
      group_by_day: date,
      [list]: entities.map(({ name, ...spent }) => ({ [member]: name, ...spent })),
    })),
  };
}

function detailOf({ names: [, model = '', id = ''], sum }: UsageRow, tokens: ReadonlyMap<string, string>) {
  return {
    model,
    api_key: tokens.get(id) ?? id,
    spend: usdFromNano(sum.chargeNanoUsd),
    total_tokens: sum.inputTokens + sum.outputTokens,
  };
}

async function byKey(doors: ReportDoors, asking: VirtualKey, query: ReportQuery): Promise<RouteAnswer> {
  const rows = await readBy(doors, asking, query, ['key', 'model'], 'none');
  const tokens = await tokensOf(doors, rows.map(nameOf));
  const shown = [...grouped(rows, nameOf)].map(([id, own]) => ({
    api_key: tokens.get(id) ?? id,
    ...costs(totalOf(own)),
    model_details: own.map(({ names: [, model = ''], sum }) => ({ model, ...costs(sum) })),
  }));
  if (query.format === 'json') return { body: shown };
  const flat = rows.map((row) => [
    tokens.get(nameOf(row)) ?? nameOf(row),
    row.names[1],
    spentUsd(row),
    row.sum.inputTokens,
    row.sum.outputTokens,
  ]);
  return csvAnswer(
    'spend-report',
    ['api_key', 'model', 'total_cost', 'total_input_tokens', 'total_output_tokens'],
    flat,
  );
}

function costs({ chargeNanoUsd, inputTokens, outputTokens }: UsageSum) {
  return {
    total_cost: usdFromNano(chargeNanoUsd),
    total_input_tokens: inputTokens,
    total_output_tokens: outputTokens,
  };
}

/** The tokens that LiteLLM's clients know keys by; those that are in use no more are told by their ids. */
async function tokensOf(doors: ReportDoors, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await keysOf(doors, [...new Set(ids)]))].map(([id, { hash }]) => [id, hash]));
}

function grouped(rows: readonly UsageRow[], by: (row: UsageRow) => string): ReadonlyMap<string, readonly UsageRow[]> {
  return Map.groupBy(rows, by);
}

function totalOf(rows: readonly UsageRow[]): UsageSum {
  const total = noUsageSum();
  for (const { sum } of rows) addUsage(total, sum);
  return total;
}
