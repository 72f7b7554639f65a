import {
  type KeyAdministration,
  type KeyChanges,
  type KeyView,
  type PartyAdministration,
  type VirtualKey,
  viewOf,
} from '../../access/index.ts';
import {
  type Asker,
  type AttenuationDoors,
  changeKey,
  createKey,
  findWorkspace,
  requireMember,
} from '../../administration/index.ts';
import { encodeOpenRouterError } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import { type Route, reached, route, self } from '../route.ts';
import { type CreateKey, createKeyBody, listKeysQuery, type UpdateKey, updateKeyBody } from './contract.ts';
import { DEFAULT_WORKSPACE, type KeyBooks, keyRecords, ownRecord } from './key-record.ts';

export type AccountDoors = KeyBooks & {
  readonly keys: KeyAdministration;
  readonly parties: PartyAdministration;
  readonly attenuation: AttenuationDoors;
  readonly clock: Clock;
};

/** As many as OpenRouter's own list has. */
const KEYS_PER_PAGE = 100;
const HASH = /^[0-9a-f]{64}$/;

const encodeError = (): typeof encodeOpenRouterError => encodeOpenRouterError;

/** OpenRouter's keys: a key about itself, and what whoever manages keys does with those of its house. */
export function accountKeyRoutes(doors: AccountDoors): readonly Route[] {
  return [
    ...['/api/v1/key', '/api/v1/auth/key'].map((path) => current(doors, path)),
    list(doors),
    create(doors),
    read(doors),
    update(doors),
    remove(doors),
  ];
}

function current(doors: AccountDoors, path: string): Route {
  return route({
    method: 'GET',
    path,
    summary: 'The calling key: what it may spend, and what it has spent.',
    action: 'key.read',
    encodeError,
    resource: self,
    answer: async ({ key }) => ({ body: { data: await ownRecord(key, doors) } }),
  });
}

function list(doors: AccountDoors): Route {
  return route({
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'The keys in use, newest first, a hundred at a time.',
    action: 'key.provision',
    resource: reached,
    encodeError,
    query: listKeysQuery,
    answer: async ({ key: { caller }, query }) => {
      const { offset, include_disabled: disabled, workspace_id: workspace } = query;
      const projectId = workspace === DEFAULT_WORKSPACE ? null : workspace;
      const page = { offset, limit: KEYS_PER_PAGE, blockedToo: disabled === 'true', projectId };
      return { body: { data: await keyRecords(await doors.keys.listView(viewOf(caller), page), doors) } };
    },
  });
}

function create(doors: AccountDoors): Route {
  return route({
    method: 'POST',
    path: '/api/v1/keys',
    summary: 'Make a key. It is shown in this answer only.',
    action: 'key.provision',
    resource: reached,
    encodeError,
    body: createKeyBody,
    answer: async ({ key: maker, path, body }) => {
      const wanted = await asked(body, viewOf(maker.caller), doors);
      const { aliases } = maker.caller;
      const { secret, key } = await createKey(doors, askerOf(maker, path), { aliases, ...wanted });
      const [data] = await keyRecords([key], doors);
      return { status: 201, body: { key: secret, data } };
    },
  });
}

async function asked(body: CreateKey, view: KeyView, { clock, parties }: AccountDoors) {
  const {
    name,
    limit,
    limit_reset: reset,
    expires_at: expires,
    creator_user_id: userId,
    workspace_id: workspace,
  } = body;
  const isElsewhere = workspace !== undefined && workspace !== DEFAULT_WORKSPACE;
  if (typeof userId === 'string') await requireMember(parties, userId, view);
  const expiresAtMs = expires === null || expires === undefined ? null : Date.parse(expires);
  if (expiresAtMs !== null && expiresAtMs <= clock.nowMs())
    throw new GatewayError('invalid_request', `'expires_at' is over: ${expires}.`, { param: 'expires_at' });
  return {
    metadata: { name },
    userId: userId ?? null,
    ...(isElsewhere ? { projectId: await findWorkspace(parties, workspace, view) } : {}),
    maxBudgetNanoUsd: limit ?? null,
    expiresAtMs,
    terms: { budgetDuration: reset ?? undefined, includeByokInLimit: body.include_byok_in_limit },
  };
}

/** What fields are called here. */
const FIELD_NAMES = {
  max_budget: 'limit',
  budget_duration: 'limit_reset',
  duration: 'expires_at',
  blocked: 'disabled',
  user_id: 'creator_user_id',
  project_id: 'workspace_id',
};

function askerOf(key: VirtualKey, path: string): Asker {
  return { key, path, fieldNames: FIELD_NAMES };
}

function read(doors: AccountDoors): Route {
  return route({
    method: 'GET',
    path: '/api/v1/keys/*',
    summary: 'One key by its hash.',
    action: 'key.provision',
    resource: reached,
    encodeError,
    answer: async ({ key: { caller }, rest }) => {
      const [data] = await keyRecords([await findIn(viewOf(caller), rest, doors)], doors);
      return { body: { data } };
    },
  });
}

function update(doors: AccountDoors): Route {
  return route({
    method: 'PATCH',
    path: '/api/v1/keys/*',
    summary: 'Change a key at once; what is left out stays as it is.',
    action: 'key.provision',
    resource: reached,
    encodeError,
    body: updateKeyBody,
    answer: async ({ key: asking, path, rest, body }) => {
      const found = await findIn(viewOf(asking.caller), rest, doors);
      const changed = await changeKey(doors, askerOf(asking, path), found.hash, changesFrom(body));
      const [data] = await keyRecords([changed], doors);
      return { body: { data } };
    },
  });
}

function changesFrom({
  name,
  disabled,
  limit,
  limit_reset: reset,
  include_byok_in_limit: byok,
}: UpdateKey): KeyChanges {
  return {
    metadata: name === undefined ? undefined : (before) => ({ ...before, name }),
    blocked: disabled,
    maxBudgetNanoUsd: limit,
    terms: (before) => ({
      ...before,
      budgetDuration: reset === undefined ? before.budgetDuration : (reset ?? undefined),
      includeByokInLimit: byok ?? before.includeByokInLimit,
    }),
  };
}

function remove(doors: AccountDoors): Route {
  return route({
    method: 'DELETE',
    path: '/api/v1/keys/*',
    summary: 'Revoke a key at once; its history stays.',
    action: 'key.provision',
    resource: reached,
    encodeError,
    answer: async ({ key: { caller }, rest }) => {
      const found = await findIn(viewOf(caller), rest, doors);
      const revoked = await doors.keys.revokeKeys([found.hash], 'everything');
      if (revoked.length === 0) throw noSuchKey();
      return { body: { deleted: true } };
    },
  });
}

/** What is not in view answers like what is not there. */
async function findIn(view: KeyView, hash: string, { keys }: AccountDoors): Promise<VirtualKey> {
  const found = HASH.test(hash) ? await keys.findInView(hash, view) : null;
  if (found === null) throw noSuchKey();
  return found;
}

function noSuchKey(): GatewayError {
  return new GatewayError('not_found', 'There is no such key.', { param: 'hash' });
}
