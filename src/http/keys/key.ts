import { changeKey, createKey, type Subject } from '../../administration/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
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
    resource: ({ key, body }) => placeOf(key.caller, withRules(body, doors.rules())),
    body: generateKeyBody,
    answer: ({ key, body }) => make(doors, body, key.id),
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
    answer: ({ key, body }) => make(doors, { ...body, user_id: undefined }, key.id),
  });
}

/** Who makes a key and does not say for whom makes it for itself. */
function placeOf(caller: Caller, { user_id, team_id, project_id, organization_id }: NewKeyBody): Subject {
  const userId = user_id ?? caller.userId;
  return { kind: 'place', userId, teamId: team_id, projectId: project_id, organizationId: organization_id };
}

async function make(doors: KeyDoors, asked: NewKeyBody, createdBy: string): Promise<RouteAnswer> {
  const body = withRules(asked, doors.rules());
  await requireNamed(doors, body);
  const { secret, key } = await createKey(doors.keys, { ...newKeyFrom(body, doors.clock.nowMs()), createdBy });
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
    answer: async ({ body }) => {
      refuseAbove(body, doors.rules());
      await requireNamed(doors, body);
      const key = await changeKey(doors.keys, body.key, changesFrom(body, doors.clock.nowMs()));
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
    answer: async ({ body: { keys } }) => {
      const successful: unknown[] = [];
      const failed: unknown[] = [];
      for (const each of keys) {
        try {
          refuseAbove(each, doors.rules());
          await requireNamed(doors, each);
          const key = await changeKey(doors.keys, each.key, changesFrom(each, doors.clock.nowMs()));
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
