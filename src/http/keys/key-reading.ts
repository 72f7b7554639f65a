import type { KeyFilter } from '../../access/index.ts';
import { noKey } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { keyAliasesQuery, keyInfoQuery, keyInfosBody, keyListQuery } from '../management/contract.ts';
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
      const found = await Promise.all(body.keys.map((reference) => doors.keys.keyInfo(reference, reach)));
      const known = body.keys.flatMap((reference, index) => {
        const key = found[index] ?? null;
        return key === null ? [] : [{ reference, key }];
      });
      if (known.length === 0) throw new GatewayError('not_found', 'There is none of these keys.', { param: 'keys' });
      const shown = await Promise.all(known.map(({ key }) => encodeKey(key, doors)));
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
        order: by === undefined ? undefined : { by, descending: order === 'desc' },
      });
      const shown =
        query.return_full_object === 'true'
          ? await Promise.all(found.keys.map((key) => encodeKey(key, doors)))
          : found.keys.map((key) => key.hash);
      return { body: { keys: shown, ...paging(found.total, page, size) } };
    },
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
