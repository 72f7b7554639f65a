import { isNamed, reachOf } from '../../access/index.ts';
import { type Asker, changeKey, createKey, noKey } from '../../administration/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { askerOf } from '../management/asker.ts';
import { type Route, type RouteAnswer, reached, route } from '../route.ts';
import { bulkUpdateBody, generateKeyBody, type NewKeyBody, serviceAccountBody, updateKeyBody } from './contract-key.ts';
import { changesFrom, newKeyFrom } from './key-asked.ts';
import { keyChangeRoutes } from './key-changes.ts';
import { encodeChanged, type KeyDoors, requireNamed } from './key-doors.ts';
import { refuseAbove, withRules } from './key-limits.ts';
import { keyReadingRoutes } from './key-reading.ts';
import { teamKeyRoutes } from './team-keys.ts';

export function keyRoutes(doors: KeyDoors): readonly Route[] {
  return [
    generate(doors),
    generateServiceAccount(doors),
    update(doors),
    bulkUpdate(doors),
    ...keyReadingRoutes(doors),
    ...keyChangeRoutes(doors),
    ...teamKeyRoutes(doors),
  ];
}

function generate(doors: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/generate',
    summary: 'Make a virtual key. It is shown in this answer only.',
    action: 'key.create',
    // Where it is to stand is looked at when it is known what it has of the key that asks.
    resource: reached,
    body: generateKeyBody,
    answer: ({ key, path, body }) =>
      make(doors, askerOf(key, path, body), { ...body, user_id: holderOf(body, key.caller) }),
  });
}

function generateServiceAccount(doors: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/service-account/generate',
    summary: "Make a key that is a team's and no user's.",
    action: 'key.create_service',
    resource: ({ body }) => ({ kind: 'place', teamId: body.team_id, projectId: body.project_id }),
    body: serviceAccountBody,
    answer: ({ key, path, body }) => make(doors, askerOf(key, path, body), { ...body, user_id: undefined }),
  });
}

/** Who makes a key and does not say for whom makes it for itself, and an operator for nobody. */
function holderOf({ user_id }: NewKeyBody, caller: Caller): string | null {
  if (isNamed(user_id)) return user_id;
  return reachOf(caller, 'key.create') === 'everything' ? null : caller.userId;
}

async function make(doors: KeyDoors, asker: Asker, asked: NewKeyBody): Promise<RouteAnswer> {
  const body = withRules(asked, doors.rules());
  await requireNamed(doors, asker, body);
  const { secret, key } = await createKey(doors, asker, newKeyFrom(body, doors.clock.nowMs()));
  return { body: { ...(await encodeChanged(doors, key, body)), key: secret } };
}

function update(doors: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/update',
    summary: 'Change a key at once; what is left out stays as it is.',
    action: 'key.change',
    resource: ({ body }) => ({ kind: 'key', reference: body.key }),
    body: updateKeyBody,
    answer: async ({ key: asking, path, body }) => {
      refuseAbove(body, doors.rules());
      const asker = askerOf(asking, path, body);
      await requireNamed(doors, asker, body);
      const key = await changeKey(doors, asker, body.key, changesFrom(body, doors.clock.nowMs()));
      return { body: { ...(await encodeChanged(doors, key, body)), key: body.key } };
    },
  });
}

function bulkUpdate(doors: KeyDoors): Route {
  return route({
    method: 'POST',
    path: '/key/bulk_update',
    summary: 'Change many keys, each by itself: what fails for one is told and keeps none of the others.',
    action: 'key.change',
    resource: reached,
    body: bulkUpdateBody,
    answer: async ({ key: asking, path, reach, body: { keys } }) => {
      const successful: unknown[] = [];
      const failed: unknown[] = [];
      for (const each of keys) {
        try {
          refuseAbove(each, doors.rules());
          const asker = askerOf(asking, path, each);
          await requireNamed(doors, asker, each);
          if ((await doors.keys.keyInfo(each.key, reach)) === null) throw noKey();
          const changes = changesFrom(each, doors.clock.nowMs());
          const key = await changeKey(doors, asker, each.key, changes);
          successful.push({ key: each.key, key_info: await encodeChanged(doors, key, each) });
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          failed.push({ key: each.key, failed_reason: error.message });
        }
      }
      return { body: { total_requested: keys.length, successful_updates: successful, failed_updates: failed } };
    },
  });
}
