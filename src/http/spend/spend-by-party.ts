import type { VirtualKey } from '../../access/index.ts';
import { usdFromNano } from '../../std/index.ts';
import { readUsage } from '../../telemetry/index.ts';
import { dateOf } from '../reports/asked-time.ts';
import { aliasesOf, keysOf, type ReportDoors, reported } from '../reports/doors.ts';
import { type Route, route } from '../route.ts';
import { mostQuery, tagsQuery, teamsQuery, topQuery, usersQuery } from './contract.ts';
import {
  type Dated,
  datedStretch,
  listed,
  nameOf,
  oneOrNone,
  questionOf,
  spentUsd,
  stretchOrEver,
  topUsage,
} from './spent.ts';

const MOST = 1_000;

/** Who spent most: keys, users, teams, and what calls were tagged with. */
export function partySpendRoutes(doors: ReportDoors): readonly Route[] {
  return [globalKeys(doors), globalTeams(doors), keys(doors), users(doors), tags(doors)];
}

function globalKeys(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/keys',
    summary: 'The keys that spent most.',
    action: 'spend.read',
    query: topQuery,
    answer: async ({ key, query }) => {
      const rows = await reported(doors, () => topKeys(doors, key, datedStretch(query, doors), query.limit));
      const shown = rows.map(({ found, id, row }) => ({
        api_key: found?.hash ?? id,
        key_alias: found?.caller.keyAlias ?? null,
        key_name: found === undefined ? null : `sk-...${found.hint}`,
        total_spend: spentUsd(row),
      }));
      return listed(shown, query, 'spend-by-key', ['api_key', 'key_alias', 'key_name', 'total_spend']);
    },
  });
}

async function topKeys(doors: ReportDoors, key: VirtualKey, time: ReturnType<typeof datedStretch>, limit: number) {
  const rows = await topUsage(doors, questionOf(key, time, ['key'], 'none'), limit);
  const known = await keysOf(doors, rows.map(nameOf));
  return rows.map((row) => ({ id: nameOf(row), found: known.get(nameOf(row)), row }));
}

function globalTeams(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/global/spend/teams',
    summary: 'What each team spent, day by day and in all.',
    action: 'spend.read',
    query: teamsQuery,
    answer: async ({ key, query }) => {
      const { days, teams } = await reported(doors, () => spentByTeam(doors, key, query));
      const totals = teams.map(({ name, row }) => ({ team_id: name, total_spend: spentUsd(row) }));
      return listed(totals, query, 'spend-by-team', ['team_id', 'total_spend'], {
        daily_spend: days,
        teams: teams.map(({ name }) => name),
        total_spend_per_team: totals,
      });
    },
  });
}

/** By their aliases, as LiteLLM names them here; two of one alias are told apart by their ids. */
async function spentByTeam(doors: ReportDoors, key: VirtualKey, query: Dated) {
  const question = questionOf(key, datedStretch(query, doors), ['team'], 'day');
  const top = await topUsage(doors, question, MOST);
  const ids = top.map(nameOf);
  const aliases = await aliasesOf(doors, 'team', ids);
  const seen = new Map<string, number>();
  for (const id of ids) seen.set(aliases.get(id) ?? id, (seen.get(aliases.get(id) ?? id) ?? 0) + 1);
  const shownName = (id: string): string => {
    const alias = aliases.get(id) ?? id;
    return (seen.get(alias) ?? 0) > 1 && alias !== id ? `${alias} (${id})` : alias;
  };
  const days = new Map<string, Record<string, number>>();
  const rows = ids.length === 0 ? [] : await readUsage(doors.reports, { ...question, where: { team: ids } });
  for (const row of rows) {
    const date = dateOf(row.atMs ?? 0);
    const day = days.get(date) ?? {};
    days.set(date, day);
    day[shownName(nameOf(row))] = spentUsd(row);
  }
  return {
    days: [...days].sort(([one], [other]) => (one < other ? -1 : 1)).map(([date, spent]) => ({ ...spent, date })),
    teams: top.map((row) => ({ name: shownName(nameOf(row)), row })),
  };
}

function keys(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/spend/keys',
    summary: 'The keys in use that spent most, with whose they are.',
    action: 'spend.read',
    query: mostQuery,
    answer: async ({ key, query }) => {
      const rows = await reported(doors, () => topKeys(doors, key, stretchOrEver(query, doors), query.limit));
      const shown = rows.flatMap(({ found, row }) =>
        found === undefined
          ? []
          : [
              {
                token: found.hash,
                key_id: found.id,
                key_name: `sk-...${found.hint}`,
                key_alias: found.caller.keyAlias,
                spend: spentUsd(row),
                user_id: found.caller.userId,
                team_id: found.caller.teamId,
                max_budget: found.maxBudgetNanoUsd === null ? null : usdFromNano(found.maxBudgetNanoUsd),
                blocked: found.blocked,
              },
            ],
      );
      const columns = [
        'token',
        'key_id',
        'key_name',
        'key_alias',
        'spend',
        'user_id',
        'team_id',
        'max_budget',
      ] as const;
      return listed(shown, query, 'spend-of-keys', columns);
    },
  });
}

function users(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/spend/users',
    summary: 'The users that spent most, or one of them.',
    action: 'spend.read',
    query: usersQuery,
    answer: async ({ key, query }) => {
      const where = { user: oneOrNone(query.user_id) };
      const question = questionOf(key, stretchOrEver(query, doors), ['user'], 'none', where);
      const rows = await reported(doors, () => topUsage(doors, question, query.limit));
      const aliases = await aliasesOf(doors, 'user', rows.map(nameOf));
      const shown = rows.map((row) => ({
        user_id: nameOf(row),
        user_alias: aliases.get(nameOf(row)) ?? null,
        spend: spentUsd(row),
      }));
      return listed(shown, query, 'spend-of-users', ['user_id', 'user_alias', 'spend']);
    },
  });
}

function tags(doors: ReportDoors): Route {
  return route({
    method: 'GET',
    path: '/spend/tags',
    summary: 'What was spent under each tag; a call with several counts under each.',
    action: 'spend.read',
    query: tagsQuery,
    answer: async ({ key, query }) => {
      const question = questionOf(key, stretchOrEver(query, doors), ['tag'], 'none', { tag: query.tags });
      const rows = await reported(doors, () => topUsage(doors, question, MOST));
      const shown = rows.map((row) => ({
        individual_request_tag: nameOf(row),
        log_count: row.sum.requests,
        total_spend: spentUsd(row),
      }));
      return listed(shown, query, 'spend-of-tags', ['individual_request_tag', 'log_count', 'total_spend']);
    },
  });
}
