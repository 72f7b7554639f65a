import { countAttemptsOfStatus, readUsage, readUsageErrors, type UsageRow } from '../../telemetry/index.ts';
import { type ReportDoors, reported } from '../reports/doors.ts';
import { type Route, route } from '../route.ts';
import { datesQuery, deploymentExceptionsQuery, exceptionsQuery } from './contract.ts';
import { datedStretch, nameOf, questionOf, topUsage } from './spent.ts';

const MOST_MODELS = 10;

/** LiteLLM's charts of calls and tokens. */
export function globalActivityRoutes(doors: ReportDoors): readonly Route[] {
  return [all(doors), byModel(doors), exceptions(doors), exceptionsOfDeployments(doors)];
}

function all(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/activity',
    summary: 'Calls and tokens of each day.',
    action: 'spend.read',
    query: datesQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, datedStretch(query, doors), [], 'day');
      return { body: charted(await reported(doors, () => readUsage(doors.reports, question))) };
    },
  });
}

function byModel(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/activity/model',
    summary: 'Calls and tokens of each day, of the ten models that most was spent on.',
    action: 'spend.read',
    query: datesQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, datedStretch(query, doors), ['model'], 'day');
      const charts = await reported(doors, async () => {
        const names = (await topUsage(doors, question, MOST_MODELS)).map(nameOf);
        if (names.length === 0) return [];
        const rows = await readUsage(doors.reports, { ...question, where: { model: names } });
        return names.map((model) => ({ model, ...charted(rows.filter((row) => nameOf(row) === model)) }));
      });
      return { body: charts };
    },
  });
}

function exceptions(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/activity/exceptions',
    summary: 'How many calls were refused for their rate, and how many ended with each error.',
    action: 'spend.read',
    query: exceptionsQuery,
    answer: async ({ key, query }) => {
      const where = { model: query.model_group === undefined ? undefined : [query.model_group] };
      const question = questionOf(key, datedStretch(query, doors), [], 'day', where);
      const errors = await reported(doors, () => readUsageErrors(doors.reports, question));
      const limited = errors.filter(({ code }) => code === RATE_LIMITED);
      const days = limited.toSorted((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0));
      const byCode = new Map<string, number>();
      for (const { code, requests } of errors) byCode.set(code, (byCode.get(code) ?? 0) + requests);
      return {
        body: {
          daily_data: days.map(({ atMs, requests }) => ({
            date: shortDate(atMs ?? 0),
            num_rate_limit_exceptions: requests,
          })),
          sum_num_rate_limit_exceptions: limited.reduce((sum, { requests }) => sum + requests, 0),
          exceptions: Object.fromEntries(byCode),
        },
      };
    },
  });
}

function exceptionsOfDeployments(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/activity/exceptions/deployment',
    summary: "How often the deployments of a model were over their providers' rates, by the newest 100,000 calls.",
    action: 'spend.read',
    query: deploymentExceptionsQuery,
    answer: async ({ query }) => {
      const { fromMs, toMs } = datedStretch(query, doors);
      const asked = { fromMs, toMs, model: query.model_group, status: 429 };
      const rows = await reported(doors, () => countAttemptsOfStatus(doors.reports, asked));
      return {
        body: [...Map.groupBy(rows, ({ deployment }) => deployment)].map(([deployment, days]) => ({
          deployment,
          daily_data: days.map(({ atMs, attempts }) => ({
            date: shortDate(atMs),
            num_rate_limit_exceptions: attempts,
          })),
          sum_num_rate_limit_exceptions: days.reduce((sum, { attempts }) => sum + attempts, 0),
        })),
      };
    },
  });
}

const RATE_LIMITED = 'rate_limit_exceeded';

function charted(rows: readonly UsageRow[]) {
  const days = rows.toSorted((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0));
  const tokens = ({ sum }: UsageRow): number => sum.inputTokens + sum.outputTokens;
  return {
    daily_data: days.map((row) => ({
      date: shortDate(row.atMs ?? 0),
      api_requests: row.sum.requests,
      total_tokens: tokens(row),
    })),
    sum_api_requests: days.reduce((sum, row) => sum + row.sum.requests, 0),
    sum_total_tokens: days.reduce((sum, row) => sum + tokens(row), 0),
  };
}

/** As its charts have them: `Jan 22`. */
function shortDate(atMs: number): string {
  return new Date(atMs).toLocaleDateString('en-US', { month: 'short', day: '2-digit', timeZone: 'UTC' });
}
