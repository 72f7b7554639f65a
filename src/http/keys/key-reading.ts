import type { z } from 'zod';
import type { KeyFilter, KeyOrder, VirtualKey } from '../../access/index.ts';
import { noKey } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { fewAtATime } from '../../std/index.ts';
import { keyAliasesQuery, keyInfoQuery, keyInfosBody, keyListQuery } from '../management/contract.ts';
import { encodeIdentity } from '../parties/user-answer.ts';
import { type Route, reached, route, self } from '../route.ts';
import { encodeKey } from './key-answer.ts';
import type { KeyDoors } from './key-doors.ts';

export function keyReadingRoutes(doors: KeyDoors): readonly Route[] {
  return [info(doors), infos(doors), list(doors), aliases(doors), health()];
}

function info(doors: KeyDoors): Route {
  return route({
    method: 'GET',
    path: '/key/info',
    summary: "One key, by itself, its id or its token; without 'key' the caller's own.",
    action: 'key.read',
    query: keyInfoQuery,
    resource: reached,
    answer: async ({ key: asking, reach, query }) => {
      const isMaster = asking.caller.kind === 'master';
      const found =
        query.key === undefined && isMaster ? asking : await doors.keys.keyInfo(query.key ?? asking.id, reach);
      if (found === null) throw noKey();
      return { body: { key: query.key ?? found.id, info: await encodeKey(found, doors) } };
    },
  });
}

function infos(doors: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/v2/key/info',
    summary: 'Several keys, each by itself, its id or its token; those that there are.',
    action: 'key.read',
    body: keyInfosBody,
    resource: reached,
    answer: async ({ reach, body }) => {
      const found = await fewAtATime(body.keys, (reference) => doors.keys.keyInfo(reference, reach));
      const known = body.keys.flatMap((reference, index) => {
        const key = found[index] ?? null;
        return key === null ? [] : [{ reference, key }];
      });
      if (known.length === 0) throw new GatewayError('not_found', 'There is none of these keys.', { param: 'keys' });
      const shown = await fewAtATime(known, ({ key }) => encodeKey(key, doors));
      return { body: { key: known.map(({ reference }) => reference), info: shown } };
    },
  });
}

function list(doors: KeyDoors): Route {
  return route({
    method: 'GET',
    path: '/key/list',
    summary: 'The keys in use, newest first.',
    action: 'key.list',
    resource: reached,
    query: keyListQuery,
    answer: async ({ reach, query }) => {
      const { page, size, sort_by: by, sort_order: order } = query;
      const filter: KeyFilter = {
        userId: query.user_id,
        orOfTeams: query.include_team_keys === 'true' ? await administered(doors, query.user_id) : undefined,
        teamId: query.team_id,
        organizationId: query.organization_id,
        projectId: query.project_id,
        hash: query.key_hash,
        revoked: query.status === 'deleted',
        ...(query.substring_matching === 'true' ? { aliasPart: query.key_alias } : { alias: query.key_alias }),
      };
      const found = await doors.keys.listKeys({
        ...filter,
        reach,
        page,
        size,
        order: await orderOf(doors, by, order === 'desc'),
      });
      const shown =
        query.return_full_object === 'true'
          ? await encodeWhole(doors, found.keys, query.expand === 'user')
          : found.keys.map((key) => key.hash);
      return { body: { keys: shown, ...paging(found.total, page, size) } };
    },
  });
}

async function orderOf(
  { spentMost }: KeyDoors,
  by: z.output<typeof keyListQuery>['sort_by'],
  descending: boolean,
): Promise<KeyOrder | undefined> {
  if (by === undefined) return undefined;
  return by === 'spend' ? { by: 'ranked', ids: await spentMost('key'), descending } : { by, descending };
}

/** The teams that a user administers. */
async function administered({ parties }: KeyDoors, userId: string | undefined): Promise<readonly string[]> {
  if (userId === undefined) return [];
  const filter = { reach: 'everything', userId, role: 'admin' } as const;
  const seats = await parties.listParties('member', filter, { page: 1, size: MOST_TEAMS });
  return seats.parties.flatMap(({ teamId }) => teamId ?? []);
}

const MOST_TEAMS = 1_000;

async function encodeWhole(doors: KeyDoors, keys: readonly VirtualKey[], withUsers: boolean) {
  const shown = await Promise.all(keys.map((key) => encodeKey(key, doors)));
  if (!withUsers) return shown;
  const ids = [...new Set(keys.flatMap(({ caller }) => caller.userId ?? []))];
  const users = await doors.parties.listParties('user', { reach: 'everything', ids }, { page: 1, size: MOST_TEAMS });
  const byId = new Map(users.parties.map((user) => [user.id, user]));
  return shown.map((row, nth) => {
    const user = byId.get(keys[nth]?.caller.userId ?? '');
    return { ...row, user: user === undefined ? null : encodeIdentity(user) };
  });
}

function aliases({ keys }: KeyDoors): Route {
  return route({
    method: 'GET',
    path: '/key/aliases',
    summary: 'The aliases of the keys in use.',
    action: 'key.list',
    resource: reached,
    query: keyAliasesQuery,
    answer: async ({ reach, query: { page, size, search, team_id: teamId } }) => {
      const found = await keys.listAliases({ reach, aliasPart: search, teamId, page, size });
      return { body: { aliases: found.aliases, ...paging(found.total, page, size), size } };
    },
  });
}

function paging(total: number, page: number, size: number) {
  return { total_count: total, current_page: page, total_pages: Math.ceil(total / size) };
}

function health(): Route {
  return route({
    method: 'POST',
    path: '/key/health',
    summary: 'Whether the caller has a key that works. Keys have no callbacks of their own here that could fail.',
    action: 'key.read',
    resource: self,
    answer: () => ({ body: { key: 'healthy', logging_callbacks: null } }),
  });
}
