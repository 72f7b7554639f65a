import { changeKey, createKey } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import { type Route, route } from '../route.ts';
import { blockKeyBody, deleteKeysBody, keyInfoQuery, keyListQuery } from './contract.ts';
import { generateKeyBody, type KeyFields, updateKeyBody } from './contract-key.ts';
import type { ManagementDoors } from './doors.ts';
import { durationMs } from './duration.ts';
import { encodeKey } from './key-answer.ts';
import { termsFrom } from './key-terms.ts';
import { noticesOf } from './terms-answer.ts';

type KeyDoors = Pick<ManagementDoors, 'keys' | 'spentBy' | 'clock'>;

export function keyRoutes(doors: KeyDoors): readonly Route[] {
  return [
    generate(doors),
    update(doors),
    info(doors),
    list(doors),
    remove(doors),
    ...(['block', 'unblock'] as const).map((verb) => block(doors, verb)),
  ];
}

function generate({ keys, spentBy, clock }: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/generate',
    summary: 'Make a virtual key. It is shown in this answer only.',
    action: 'key.create',
    body: generateKeyBody,
    answer: async ({ key: maker, body }) => {
      const { secret, key } = await createKey(keys, {
        ...asked(body, clock),
        secret: body.key,
        metadata: body.metadata ?? {},
        terms: termsFrom(body, {}, clock.nowMs()),
        createdBy: maker.id,
      });
      return { body: { ...(await encodeKey(key, spentBy)), key: secret } };
    },
  });
}

function update({ keys, spentBy, clock }: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/update',
    summary: 'Change a key at once; what is left out stays as it is.',
    action: 'key.change',
    body: updateKeyBody,
    answer: async ({ body }) => {
      const key = await changeKey(keys, body.key, {
        ...asked(body, clock),
        metadata: body.metadata === null ? {} : body.metadata,
        blocked: body.blocked,
        terms: (before) => termsFrom(body, before, clock.nowMs()),
      });
      const [shown, notices] = await Promise.all([
        encodeKey(key, spentBy),
        noticesOf({ kind: 'key', id: key.id }, key, spentBy),
      ]);
      return { body: { ...shown, key: body.key, ...(notices.length === 0 ? {} : { notices }) } };
    },
  });
}

/** Undefined where the request says nothing. */
function asked(body: KeyFields, clock: Clock) {
  const lifetimeMs = durationMs(body.duration);
  const expiresAtMs = lifetimeMs === null ? null : clock.nowMs() + lifetimeMs;
  return {
    alias: body.key_alias,
    userId: body.user_id,
    teamId: body.team_id,
    projectId: body.project_id,
    organizationId: body.organization_id,
    models: body.models,
    aliases: body.aliases === null ? {} : body.aliases,
    maxBudgetNanoUsd: body.max_budget,
    rpmLimit: body.rpm_limit,
    expiresAtMs: body.duration === undefined ? undefined : expiresAtMs,
  };
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
      return { body: { key: query.key ?? found.id, info: await encodeKey(found, spentBy) } };
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
        ? await Promise.all(found.keys.map((key) => encodeKey(key, spentBy)))
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
      return { body: await encodeKey(key, spentBy) };
    },
  });
}
