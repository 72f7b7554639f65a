import type { Party } from '../../access/index.ts';
import { isJsonObject } from '../../std/index.ts';
import type { Resource } from './attributes.ts';
import { GROUP } from './schema-ids.ts';
import { scimError } from './scim-error.ts';
import { textOf } from './user-resource.ts';

/** A team as a directory is told of it, without `meta`. `memberIds` null: nobody asked for them. */
export function encodeGroup(team: Party, memberIds: readonly string[] | null): Resource {
  const externalId = team.settings.scim?.externalId;
  return {
    schemas: [GROUP],
    id: team.id,
    ...(externalId === undefined ? {} : { externalId }),
    displayName: team.alias ?? team.id,
    ...(memberIds === null ? {} : { members: memberIds.map((value) => ({ value, type: 'User' })) }),
  };
}

export type GroupFacts = {
  readonly displayName: string;
  readonly externalId: string | undefined;
  readonly memberIds: readonly string[];
};

/** Throws a GatewayError (400, `invalidValue`). */
export function decodeGroup(resource: Resource): GroupFacts {
  const displayName = textOf(resource, 'displayName');
  if (displayName === null) throw scimError('invalidValue', "'displayName' is needed: a text of 255 letters at most.");
  const members = resource['members'] ?? [];
  if (!Array.isArray(members)) throw scimError('invalidValue', "'members' is a list of objects with a 'value'.");
  return {
    displayName,
    externalId: textOf(resource, 'externalId') ?? undefined,
    memberIds: [...new Set(members.map(memberIdOf))],
  };
}

function memberIdOf(member: unknown): string {
  if (!isJsonObject(member) || typeof member['value'] !== 'string' || member['value'] === '') {
    throw scimError('invalidValue', "Each of 'members' is an object whose 'value' is the id of a user.");
  }
  if (typeof member['type'] === 'string' && member['type'].toLowerCase() !== 'user') {
    throw scimError('invalidValue', 'Members are users: groups within groups are not kept.');
  }
  return member['value'];
}
