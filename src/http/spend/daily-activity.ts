import type { VirtualKey } from '../../access/index.ts';
import { addUsage, type Dimension, noUsageSum, type UsageSum } from '../../telemetry/index.ts';
import { aliasesOf, keysOf, type ReportDoors, reported } from '../reports/doors.ts';
import { spendMetrics } from '../reports/shown-usage.ts';
import { type Route, type RouteAnswer, type RouteCall, reached, route } from '../route.ts';
import { type ActivityQuery, activityQuery } from './contract.ts';
import { type Day, type Groups, openDay, readDays } from './days.ts';
import { datedStretch, keyIdsOf, listed, questionOf } from './spent.ts';

type Asked = (query: ActivityQuery) => readonly string[] | undefined;

/** Whose activity each door tells, and which of the query's members picks them. */
const DOORS: readonly (readonly [path: string, entity: Dimension, ids: Asked])[] = [
  ['/user/daily/activity', 'user', ({ user_id: ids }) => ids],
  ['/team/daily/activity', 'team', ({ team_ids: ids }) => ids],
  ['/tag/daily/activity', 'tag', ({ tags: ids }) => ids],
  ['/organization/daily/activity', 'organization', ({ organization_ids: ids }) => ids],
  ['/customer/daily/activity', 'customer', ({ end_user_ids: ids }) => ids],
  ['/end_user/daily/activity', 'customer', ({ end_user_ids: ids }) => ids],
];

/** LiteLLM's `SpendAnalytics`: by days, newest first, each with what it was made of. */
export function dailyActivityRoutes(doors: ReportDoors): readonly Route[] {
  return DOORS.flatMap(([path, entity, idsOf]) =>
    ([path, `${path}/aggregated`] as const).map((address) =>
      route({
        method: 'GET',
        path: address,
        summary: `Spend, tokens and calls of each day, by ${entity}, model, provider and key${address === path ? '' : '; all days on one page'}.`,
        action: 'spend.read',
        query: activityQuery,
        resource: reached,
        answer: (call) => reported(doors, () => activity(doors, call, entity, idsOf(call.query), address !== path)),
      }),
    ),
  );
}

async function activity(
  doors: ReportDoors,
  { key, query }: RouteCall<undefined, ActivityQuery>,
  entity: Dimension,
  ids: readonly string[] | undefined,
  isWhole: boolean,
): Promise<RouteAnswer> {
  const where = { [entity]: ids, model: query.model, key: await keyIdsOf(doors, query.api_key) };
  const question = questionOf(key, datedStretch(query, doors), [], 'day', where);
  const excluded = entity === 'team' ? new Set(query.exclude_team_ids) : new Set<string>();
  const days = await readDays(doors, question, { entity, excluded, keyLimit: query.api_key_limit });
  const dates = [...days.keys()].sort().reverse();
  const size = isWhole ? Math.max(1, dates.length) : query.page_size;
  const pages = Math.max(1, Math.ceil(dates.length / size));
  const shown = isWhole ? dates : dates.slice((query.page - 1) * size, query.page * size);
  const onPage = shown.map((date) => [date, days.get(date) ?? openDay()] as const);
  if (query.format === 'csv') return csvOf(onPage);
  const labels = await labelsOf(doors, key, namesIn(onPage, 'key'));
  const aliases = await aliasesOf(doors, entity, namesIn(onPage, 'entity'));
  const total = noUsageSum();
  for (const { sum } of days.values()) addUsage(total, sum);
  const page = isWhole ? 1 : query.page;
  return {
    body: {
      results: onPage.map(([date, day]) => shownDay(date, day, labels, aliases)),
      metadata: { ...totals(total), page, total_pages: pages, has_more: page < pages },
    },
  };
}

type Page = readonly (readonly [date: string, day: Day])[];

function namesIn(page: Page, part: 'key' | 'entity'): readonly string[] {
  return [...new Set(page.flatMap(([, day]) => [...day[part].keys()]))];
}

function csvOf(page: Page): RouteAnswer {
  const rows = page.map(([date, { sum }]) => ({ date, ...spendMetrics(sum) }));
  const columns = [
    'date',
    'spend',
    'prompt_tokens',
    'completion_tokens',
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
    'total_tokens',
    'successful_requests',
    'failed_requests',
    'api_requests',
  ] as const;
  return listed(rows, { format: 'csv' }, 'daily-activity', columns);
}

type KeyLabel = { readonly hash: string; readonly alias: string | null; readonly teamId: string | null };
type Labels = ReadonlyMap<string, KeyLabel>;

async function labelsOf(doors: ReportDoors, asking: VirtualKey, ids: readonly string[]): Promise<Labels> {
  const found = await keysOf(doors, ids);
  const known = asking.caller.kind === 'master' ? found : new Map([...found, [asking.id, asking]]);
  return new Map(
    [...known].map(
      ([
        id,
        {
          hash,
          caller: { keyAlias, teamId },
        },
      ]) => [id, { hash, alias: keyAlias, teamId }],
    ),
  );
}

function shownDay(date: string, day: Day, labels: Labels, aliases: ReadonlyMap<string, string | null>) {
  return {
    date,
    metrics: spendMetrics(day.sum),
    breakdown: {
      models: shownGroups(day.upstream_model, labels),
      model_groups: shownGroups(day.model, labels),
      providers: shownGroups(day.provider, labels),
      api_keys: Object.fromEntries([...day.key].map(([id, { sum }]) => shownKey(id, sum, labels))),
      entities: shownGroups(day.entity, labels, (id) => ({ alias: aliases.get(id) ?? null })),
      endpoints: {},
      mcp_servers: {},
    },
  };
}

function shownGroups(groups: Groups, labels: Labels, metadataOf: (name: string) => object = () => ({})) {
  return Object.fromEntries(
    [...groups].map(([name, { sum, keys }]) => [
      name,
      {
        metrics: spendMetrics(sum),
        metadata: metadataOf(name),
        api_key_breakdown: Object.fromEntries([...keys].map(([id, ofKey]) => shownKey(id, ofKey, labels))),
      },
    ]),
  );
}

function shownKey(id: string, sum: UsageSum, labels: Labels) {
  const { hash = id, alias = null, teamId = null } = labels.get(id) ?? {};
  return [hash, { metrics: spendMetrics(sum), metadata: { key_alias: alias, team_id: teamId, key_id: id } }] as const;
}

function totals(sum: UsageSum) {
  const metrics = spendMetrics(sum);
  return {
    total_spend: metrics.spend,
    total_prompt_tokens: metrics.prompt_tokens,
    total_completion_tokens: metrics.completion_tokens,
    total_tokens: metrics.total_tokens,
    total_api_requests: metrics.api_requests,
    total_successful_requests: metrics.successful_requests,
    total_failed_requests: metrics.failed_requests,
    total_cache_read_input_tokens: metrics.cache_read_input_tokens,
    total_cache_creation_input_tokens: metrics.cache_creation_input_tokens,
  };
}
