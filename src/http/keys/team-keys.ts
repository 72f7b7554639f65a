import type { VirtualKey } from '../../access/index.ts';
import { type Asker, changeKey } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { askerOf } from '../management/asker.ts';
import { type Route, route } from '../route.ts';
import { type KeyFields, teamKeysBody } from './contract-key.ts';
import { changesFrom } from './key-asked.ts';
import { encodeChanged, type KeyDoors, requireNamed } from './key-doors.ts';
import { refuseAbove } from './key-limits.ts';

const PAGE = 500;

/** LiteLLM's one change of many keys of one team. */
export function teamKeyRoutes(doors: KeyDoors): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/team/key/bulk_update',
      summary: 'Make one change of several keys of a team, or of all; what fails for one is told and keeps no other.',
      action: 'key.change',
      resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
      body: teamKeysBody,
      answer: async ({ key: asking, path, body: { team_id: teamId, key_ids: named, update_fields: fields } }) => {
        refuseAbove(fields, doors.rules());
        const asker = askerOf(asking, path, fields);
        await requireNamed(doors, asker, { ...fields, team_id: teamId });
        const references = named ?? (await allOf(doors, teamId));
        const results = await changeEach(doors, asker, teamId, references, fields);
        return { body: { total_requested: references.length, ...results } };
      },
    }),
  ];
}

async function changeEach(
  doors: KeyDoors,
  asker: Asker,
  teamId: string,
  references: readonly string[],
  fields: KeyFields,
) {
  const successful: unknown[] = [];
  const failed: unknown[] = [];
  for (const reference of references) {
    try {
      const { id } = await keyOfTeam(doors, teamId, reference);
      const key = await changeKey(doors, asker, id, changesFrom(fields, doors.clock.nowMs()));
      successful.push({ key: reference, key_info: await encodeChanged(doors, key, fields) });
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      failed.push({ key: reference, failed_reason: error.message });
    }
  }
  return { successful_updates: successful, failed_updates: failed };
}

/** A key of another team answers as one that is not there. */
async function keyOfTeam({ keys }: KeyDoors, teamId: string, reference: string): Promise<VirtualKey> {
  const key = await keys.keyInfo(reference, 'everything');
  if (key !== null && key.caller.teamId === teamId) return key;
  throw new GatewayError('not_found', `The team '${teamId}' has no such key.`, { param: 'key_ids' });
}

async function allOf({ keys }: KeyDoors, teamId: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const found = await keys.listKeys({ reach: 'everything', teamId, page, size: PAGE });
    ids.push(...found.keys.map(({ id }) => id));
    if (found.keys.length < PAGE) return ids;
  }
}
