import type { KeyAdministration, VirtualKey } from '../../access/index.ts';
import { createKey } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Clock, nanoFromUsd, usdFromNano } from '../../std/index.ts';
import { type Route, route } from '../route.ts';
import { blockKeyBody, deleteKeysBody, generateKeyBody, keyInfoQuery, keyListQuery } from './contract.ts';
import { durationMs } from './duration.ts';

export type KeyDoors = {
  readonly keys: KeyAdministration;
  /** Nanodollars that a key has been charged; what is in flight counts when it is settled. */
  readonly spentBy: (keyId: string) => Promise<bigint>;
  readonly clock: Clock;
};

export function keyRoutes(doors: KeyDoors): readonly Route[] {
  return [
    generate(doors),
    info(doors),
    list(doors),
    remove(doors),
    ...(['block', 'unblock'] as const).map((verb) => block(doors, verb)),
  ];
}

function generate({ keys, clock }: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/generate',
    summary: 'Make a virtual key. It is shown in this answer only.',
    action: 'key.create',
    body: generateKeyBody,
    answer: async ({ key: maker, body }) => {
      const lifetimeMs = durationMs(body.duration);
      const { secret, key } = await createKey(keys, {
        secret: body.key,
        alias: body.key_alias,
        userId: body.user_id,
        teamId: body.team_id,
        models: body.models,
        aliases: body.aliases ?? {},
        metadata: body.metadata ?? {},
        maxBudgetNanoUsd: typeof body.max_budget === 'number' ? nanoFromUsd(body.max_budget) : null,
        rpmLimit: body.rpm_limit,
        expiresAtMs: lifetimeMs === null ? null : clock.nowMs() + lifetimeMs,
        createdBy: maker.id,
      });
      return { body: { ...encodeKey(key, 0n), key: secret } };
    },
  });
}

function info({ keys, spentBy }: KeyDoors): Route {
  return route({
    method: 'GET',
    path: '/key/info',
    summary: "One key, by itself, its id or its token; without 'key' the caller's own.",
    action: 'key.read',
    query: keyInfoQuery,
    // A key may ask for itself by any of its names; what it is not shown answers like what is not there.
    resource: ({ key }) => key.id,
    answer: async ({ key: asking, query }) => {
      const isMaster = asking.caller.kind === 'master';
      const scope = isMaster ? ({ kind: 'all' } as const) : ({ kind: 'key', keyId: asking.id } as const);
      const found = query.key === undefined ? asking : await keys.keyInfo(query.key, scope);
      if (found === null) throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
      return { body: { key: query.key ?? found.id, info: encodeKey(found, await spentBy(found.id)) } };
    },
  });
}

function list({ keys, spentBy }: KeyDoors): Route {
  return route({
    method: 'GET',
    path: '/key/list',
    summary: 'The keys in use, newest first.',
    action: 'key.list',
    query: keyListQuery,
    answer: async ({ query }) => {
      const { page, size } = query;
      const found = await keys.listKeys({
        page,
        size,
        userId: query.user_id,
        teamId: query.team_id,
        alias: query.key_alias,
      });
      const full = query.return_full_object === 'true';
      const shown = full
        ? await Promise.all(found.keys.map(async (key) => encodeKey(key, await spentBy(key.id))))
        : found.keys.map((key) => key.hash);
      return {
        body: { keys: shown, total_count: found.total, current_page: page, total_pages: Math.ceil(found.total / size) },
      };
    },
  });
}

function remove({ keys }: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/delete',
    summary: 'Revoke keys at once; their history stays.',
    action: 'key.delete',
    body: deleteKeysBody,
    answer: async ({ body }) => {
      const deleted = [
        ...(await keys.revokeKeys(body.keys ?? [])),
        ...(await keys.revokeKeysByAlias(body.key_aliases ?? [])),
      ];
      if (deleted.length === 0) throw new GatewayError('not_found', 'None of these keys is in use.', { param: 'keys' });
      return { body: { deleted_keys: deleted } };
    },
  });
}

function block({ keys, spentBy }: KeyDoors, verb: 'block' | 'unblock'): Route {
  return route({
    method: 'POST',
    path: `/key/${verb}`,
    summary: verb === 'block' ? 'Refuse a key until it is unblocked.' : 'Let a blocked key in again.',
    action: 'key.change',
    body: blockKeyBody,
    answer: async ({ body }) => {
      const key = await keys.setBlocked(body.key, verb === 'block');
      if (key === null) throw new GatewayError('not_found', 'There is no such key.', { param: 'key' });
      return { body: encodeKey(key, await spentBy(key.id)) };
    },
  });
}

/** LiteLLM's fields. `token` is what is stored of the key; `token_id` is its public id, safe in logs. */
function encodeKey(key: VirtualKey, spent: bigint): Readonly<Record<string, unknown>> {
  const { caller } = key;
  return {
    token: key.hash,
    token_id: key.id,
    key_name: `sk-...${key.hint}`,
    key_alias: caller.keyAlias,
    spend: usdFromNano(spent),
    max_budget: key.maxBudgetNanoUsd === null ? null : usdFromNano(key.maxBudgetNanoUsd),
    rpm_limit: key.rpmLimit,
    models: caller.models,
    aliases: caller.aliases,
    user_id: caller.userId,
    team_id: caller.teamId,
    metadata: key.metadata,
    blocked: key.blocked,
    expires: key.expiresAtMs === null ? null : new Date(key.expiresAtMs).toISOString(),
    created_at: new Date(key.createdAtMs).toISOString(),
    created_by: key.createdBy,
  };
}
