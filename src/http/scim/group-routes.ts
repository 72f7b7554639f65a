import { newMember, type Party } from '../../access/index.ts';
import { changeTeamMembers, requireUsers, teamMemberIds } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { randomId } from '../../std/index.ts';
import { type RequestHeaders, type Route, type RouteAnswer, type RouteCall, route } from '../route.ts';
import { type Resource, withCanonicalNames } from './attributes.ts';
import { groupBody, patchBody, type ScimQuery, scimQuery } from './contract.ts';
import type { ScimDoors } from './doors.ts';
import type { Filter } from './filter.ts';
import { parseFilter } from './filter.ts';
import { decodeGroup, encodeGroup, type GroupFacts } from './group-resource.ts';
import { patched } from './patch.ts';
import { isAsked, listAnswer, requireVersion, resourceAnswer, withMeta } from './scim-answer.ts';
import { encodeScimError, scimError } from './scim-error.ts';
import { mentions, mustEqual, search } from './search.ts';

const TOLD = { encodeError: () => encodeScimError, errorType: 'application/scim+json' };
const WHERE = { path: '/scim/v2/Groups/*', ...TOLD };

export function groupRoutes(doors: ScimDoors): readonly Route[] {
  return [list(doors), create(doors), read(doors), replace(doors), patch(doors), remove(doors)];
}

function list({ parties }: ScimDoors): Route {
  return route({
    method: 'GET',
    path: '/scim/v2/Groups',
    summary: 'Teams with their members, in the order in which they were made, or those that a filter fits.',
    action: 'scim.read',
    ...TOLD,
    query: scimQuery,
    answer: async ({ query, headers }) => {
      const filtered = query.filter !== undefined && mentions(parseFilter(query.filter), 'members');
      const encode = async (team: Party) => encodeGroup(team, filtered ? await teamMemberIds(parties, team.id) : null);
      const { found, total } = await search(query, { parties, kind: 'team', narrowed: narrowing({ parties }), encode });
      const resources = await Promise.all(found.map((team) => whole(team, { parties }, headers, query)));
      return listAnswer({ resources, total }, query);
    },
  });
}

function narrowing({ parties }: ScimDoors) {
  return (filter: Filter): Promise<readonly Party[]> | null => {
    const id = mustEqual(filter, 'id');
    return id === null ? null : parties.findParty('team', id).then((team) => (team === null ? [] : [team]));
  };
}

function create(doors: ScimDoors): Route {
  const { parties } = doors;
  return route({
    method: 'POST',
    path: '/scim/v2/Groups',
    summary: 'Make a team with its members.',
    action: 'scim.change',
    ...TOLD,
    query: scimQuery,
    body: groupBody,
    answer: async ({ key, body, query, headers }) => {
      const facts = decodeGroup(withCanonicalNames(body) as Resource);
      await refuseTaken(facts.displayName, null, doors);
      await requireUsers(parties, facts.memberIds);
      const id = randomId('team');
      const members = facts.memberIds.map((userId) =>
        newMember('member', id, userId, { role: 'user', createdBy: key.id }),
      );
      const settings = { scim: { externalId: facts.externalId } };
      const team = { kind: 'team', id, alias: facts.displayName, settings, createdBy: key.id } as const;
      const [made] = (await parties.createParties([team, ...members])) ?? [];
      if (made === undefined) throw new TypeError('a new id is taken');
      return resourceAnswer(await whole(made, doors, headers, query), headers, query, 201);
    },
  });
}

function read(doors: ScimDoors): Route {
  return route({
    method: 'GET',
    ...WHERE,
    summary: 'A team with its members.',
    action: 'scim.read',
    query: scimQuery,
    answer: async ({ rest, query, headers }) =>
      resourceAnswer(await whole(await findTeam(rest, doors), doors, headers, query), headers, query),
  });
}

function replace(doors: ScimDoors): Route {
  return route({
    method: 'PUT',
    ...WHERE,
    summary: 'Replace what is said of a team, its members included.',
    action: 'scim.change',
    query: scimQuery,
    body: groupBody,
    answer: (call) => changed(call, doors, () => withCanonicalNames(call.body) as Resource),
  });
}

function patch(doors: ScimDoors): Route {
  return route({
    method: 'PATCH',
    ...WHERE,
    summary: 'Change a team by operations: its name, and who comes and goes.',
    action: 'scim.change',
    query: scimQuery,
    body: patchBody,
    answer: (call) => changed(call, doors, (before) => patched(before, call.body.Operations)),
  });
}

async function changed<Body>(
  { key, rest, headers, query }: RouteCall<Body, ScimQuery>,
  doors: ScimDoors,
  change: (before: Resource) => Resource,
): Promise<RouteAnswer> {
  const team = await findTeam(rest, doors);
  const before = await teamMemberIds(doors.parties, team.id);
  const resource = encodeGroup(team, before);
  requireVersion(resource, headers);
  const facts = decodeGroup(change(resource));
  await refuseTaken(facts.displayName, team.id, doors);
  const [now, then] = [new Set(facts.memberIds), new Set(before)];
  const coming = facts.memberIds.filter((id) => !then.has(id));
  const going = before.filter((id) => !now.has(id));
  await changeTeamMembers(doors.parties, team.id, { coming, going }, key.id);
  const named = await renamed(team, facts, key.id, doors);
  return resourceAnswer(await whole(named, doors, headers, query), headers, query);
}

async function renamed(team: Party, facts: GroupFacts, by: string, { parties }: ScimDoors): Promise<Party> {
  const { displayName, externalId } = facts;
  if (displayName === (team.alias ?? team.id) && externalId === team.settings.scim?.externalId) return team;
  const changed = await parties.changeParty('team', team.id, by, ({ settings }) => ({
    alias: displayName,
    settings: { ...settings, scim: { ...settings.scim, externalId } },
  }));
  if (changed === null) throw noTeam(team.id);
  return changed;
}

function remove(doors: ScimDoors): Route {
  return route({
    method: 'DELETE',
    ...WHERE,
    summary: 'Remove a team with its projects and members; its keys work no more at once.',
    action: 'scim.change',
    answer: async ({ rest, headers }) => {
      const team = await findTeam(rest, doors);
      if (headers.has('if-match')) requireVersion(encodeGroup(team, await teamMemberIds(doors.parties, rest)), headers);
      await doors.parties.removeParties('team', [team.id]);
      return { status: 204, body: null };
    },
  });
}

async function whole(
  team: Party,
  { parties }: ScimDoors,
  headers: RequestHeaders,
  query: ScimQuery,
): Promise<Resource> {
  const members = isAsked('members', query) ? await teamMemberIds(parties, team.id) : null;
  return withMeta('Group', team, encodeGroup(team, members), headers);
}

/** Two teams of one name could not be told apart by whoever pushes groups by their names. */
async function refuseTaken(alias: string, ownId: string | null, { parties }: ScimDoors): Promise<void> {
  const { parties: found } = await parties.listParties('team', { reach: 'everything', alias }, { page: 1, size: 2 });
  if (found.some(({ id }) => id !== ownId)) {
    throw scimError('uniqueness', `There is a group with the displayName '${alias}' already.`);
  }
}

async function findTeam(id: string, { parties }: ScimDoors): Promise<Party> {
  const team = await parties.findParty('team', id);
  if (team === null) throw noTeam(id);
  return team;
}

function noTeam(id: string): GatewayError {
  return new GatewayError('not_found', `There is no group '${id}'.`);
}
