import { encodeOpenRouterError } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { readUsage } from '../../telemetry/index.ts';
import { DAY_MS, dateOf } from '../reports/asked-time.ts';
import { type ReportDoors, reported } from '../reports/doors.ts';
import { type Route, reached, route } from '../route.ts';
import { accountActivityQuery } from './contract.ts';
import { keyIdsOf, oneOrNone, questionOf, spentUsd } from './spent.ts';

/** OpenRouter's: the days that have ended, so many. */
const DAYS = 30;

/** OpenRouter's activity: a row for each day, model and provider, newest day first. */
export function accountActivityRoutes(doors: ReportDoors): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/activity',
      summary: 'Calls, tokens and spend of the last 30 full days (UTC), by model and provider.',
      action: 'spend.read',
      encodeError: () => encodeOpenRouterError,
      query: accountActivityQuery,
      resource: reached,
      answer: async ({ key, query }) => {
        const where = { key: await keyIdsOf(doors, oneOrNone(query.api_key_hash)), user: oneOrNone(query.user_id) };
        const time = { ...daysOf(query.date, doors.clock.nowMs()), offsetHours: 0 };
        const question = questionOf(key, time, ['model', 'upstream_model', 'provider'], 'day', where);
        const rows = await reported(doors, () => readUsage(doors.reports, question));
        return {
          body: {
            data: rows
              .toSorted((one, other) => (other.atMs ?? 0) - (one.atMs ?? 0))
              .map((row) => ({
                date: dateOf(row.atMs ?? 0),
                model: row.names[0] ?? '',
                model_permaslug: row.names[1] ?? '',
                endpoint_id: '',
                provider_name: row.names[2] ?? '',
                requests: row.sum.requests,
                prompt_tokens: row.sum.inputTokens,
                completion_tokens: row.sum.outputTokens,
                usage: spentUsd(row),
                byok_usage_inference: 0,
              })),
          },
        };
      },
    }),
  ];
}

function daysOf(date: string | undefined, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const first = today - DAYS * DAY_MS;
  if (date === undefined) return { fromMs: first, toMs: today };
  const fromMs = Date.parse(`${date}T00:00:00Z`);
  if (fromMs >= first && fromMs < today) return { fromMs, toMs: fromMs + DAY_MS };
  const message = `'date' must be one of the last ${DAYS} days that have ended (UTC), from ${dateOf(first)} to ${dateOf(today - DAY_MS)}, not '${date}'.`;
  throw new GatewayError('invalid_request', message, { param: 'date' });
}
