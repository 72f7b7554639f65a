import type { KeyFilter, VirtualKey } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { keyAliasesQuery, keyInfoQuery, keyInfosBody, keyListQuery } from '../management/contract.ts';
import { type Route, route } from '../route.ts';
import { encodeKey } from './key-answer.ts';
import type { KeyDoors } from './key-doors.ts';

export function keyReadingRoutes(doors: KeyDoors): readonly Route[] {
  return [info(doors), infos(doors), list(doors), aliases(doors), health()];
}

/** What a key is not shown answers like what is not there. */
function find({ keys }: KeyDoors, asking: VirtualKey, reference: string): Promise<VirtualKey | null> {
  if (asking.caller.kind === 'master') return keys.keyInfo(reference, { kind: 'all' });
  return keys.keyInfo(reference, { kind: 'key', keyId: asking.id });
}

function info(doors: KeyDoors): Route {
  return route({
    method: 'GET',
    path: '/key/info',
    summary: "One key, by itself, its id or its token; without 'key' the caller's own.",
    action: 'key.read',
    query: keyInfoQuery,
    // A key may ask for itself by any of its names.
    resource: ({ key }) => key.id,
    answer: async ({ key: asking, query }) => {
      const isMaster = asking.caller.kind === 'master';
      const found = query.key === undefined && isMaster ? asking : await find(doors, asking, query.key ?? asking.id);
      if (found === null) throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
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
    resource: ({ key }) => key.id,
    answer: async ({ key: asking, body }) => {
      const found = await Promise.all(body.keys.map((reference) => find(doors, asking, reference)));
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
    query: keyListQuery,
    answer: async ({ query }) => {
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
    query: keyAliasesQuery,
    answer: async ({ query: { page, size, search, team_id: teamId } }) => {
      const found = await keys.listAliases({ aliasPart: search, teamId, page, size });
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
    resource: ({ key }) => key.id,
    answer: () => ({ body: { key: 'healthy', logging_callbacks: null } }),
  });
}
