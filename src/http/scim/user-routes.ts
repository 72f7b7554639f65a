import { isTaken, type Party } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type JsonObject, randomId } from '../../std/index.ts';
import { type RequestHeaders, type Route, type RouteAnswer, route } from '../route.ts';
import { type Resource, withCanonicalNames } from './attributes.ts';
import { patchBody, type ScimQuery, scimQuery, userBody } from './contract.ts';
import type { ScimDoors } from './doors.ts';
import type { Filter } from './filter.ts';
import { patched } from './patch.ts';
import { isAsked, listAnswer, requireVersion, resourceAnswer, withMeta } from './scim-answer.ts';
import { encodeScimError, scimError } from './scim-error.ts';
import { mustEqual, search } from './search.ts';
import { decodeUser, encodeUser } from './user-resource.ts';

const MOST_GROUPS = 1_000;
const WHERE = { path: '/scim/v2/Users/*', ...told() };

function told() {
  return { encodeError: () => encodeScimError, errorType: 'application/scim+json' };
}

export function userRoutes(doors: ScimDoors): readonly Route[] {
  return [list(doors), create(doors), read(doors), replace(doors), patch(doors), remove(doors)];
}

function list(doors: ScimDoors): Route {
  const { parties } = doors;
  return route({
    method: 'GET',
    path: '/scim/v2/Users',
    summary: 'Users, in the order in which they were made, or those that a filter fits.',
    action: 'scim.read',
    ...told(),
    query: scimQuery,
    answer: async ({ query, headers }) => {
      const searching = { parties, kind: 'user' as const, narrowed: narrowing(doors), encode: encodeUser };
      const { found, total } = await search(query, searching);
      const resources = await Promise.all(found.map((user) => whole(user, doors, headers, query)));
      return listAnswer({ resources, total }, query);
    },
  });
}

function narrowing({ parties }: ScimDoors) {
  const one = async (user: Promise<Party | null>): Promise<readonly Party[]> => {
    const found = await user;
    return found === null ? [] : [found];
  };
  return (filter: Filter): Promise<readonly Party[]> | null => {
    const id = mustEqual(filter, 'id');
    if (id !== null) return one(parties.findParty('user', id));
    const userName = mustEqual(filter, 'userName');
    if (userName !== null) return one(parties.findUserByLogin(userName));
    const externalId = mustEqual(filter, 'externalId');
    if (externalId === null) return null;
    const page = { page: 1, size: MOST_GROUPS };
    return parties
      .listParties('user', { reach: 'everything', ssoUserIds: [externalId] }, page)
      .then((found) => found.parties);
  };
}

function create(doors: ScimDoors): Route {
  return route({
    method: 'POST',
    path: '/scim/v2/Users',
    summary: 'Make a user. It gets no key.',
    action: 'scim.change',
    ...told(),
    query: scimQuery,
    body: userBody,
    answer: async ({ key, body, query, headers }) => {
      const facts = decodeUser(canonical(body), null);
      if ((await doors.parties.findUserByLogin(facts.login ?? '')) !== null) throw taken();
      const id = randomId('user');
      const [made] = (await doors.parties.createParties([{ ...facts, kind: 'user', id, createdBy: key.id }])) ?? [];
      if (made === undefined) throw taken();
      return resourceAnswer(await whole(made, doors, headers, query), headers, query, 201);
    },
  });
}

function read(doors: ScimDoors): Route {
  return route({
    method: 'GET',
    ...WHERE,
    summary: 'A user and the groups that it is in.',
    action: 'scim.read',
    query: scimQuery,
    answer: async ({ rest, query, headers }) => {
      const user = await doors.parties.findParty('user', rest);
      if (user === null) throw noUser(rest);
      return resourceAnswer(await whole(user, doors, headers, query), headers, query);
    },
  });
}

function replace(doors: ScimDoors): Route {
  return route({
    method: 'PUT',
    ...WHERE,
    summary: 'Replace what is said of a user. Inactive ones are blocked: their keys, tokens and sessions end at once.',
    action: 'scim.change',
    query: scimQuery,
    body: userBody,
    answer: ({ key, rest, body, query, headers }) =>
      changed({ id: rest, by: key.id, headers, query }, doors, () => canonical(body)),
  });
}

function patch(doors: ScimDoors): Route {
  return route({
    method: 'PATCH',
    ...WHERE,
    summary: 'Change a user by operations. Inactive ones are blocked: their keys, tokens and sessions end at once.',
    action: 'scim.change',
    query: scimQuery,
    body: patchBody,
    answer: ({ key, rest, body, query, headers }) =>
      changed({ id: rest, by: key.id, headers, query }, doors, (before) => patched(before, body.Operations)),
  });
}

type Changing = {
  readonly id: string;
  readonly by: string;
  readonly headers: RequestHeaders;
  readonly query: ScimQuery;
};

async function changed(
  { id, by, headers, query }: Changing,
  doors: ScimDoors,
  change: (before: Resource) => Resource,
): Promise<RouteAnswer> {
  try {
    const user = await doors.parties.changeParty('user', id, by, (before) => {
      const resource = encodeUser(before);
      requireVersion(resource, headers);
      return decodeUser(change(resource), before);
    });
    if (user === null) throw noUser(id);
    return resourceAnswer(await whole(user, doors, headers, query), headers, query);
  } catch (error) {
    throw isTaken(error) ? taken() : error;
  }
}

function remove({ parties }: ScimDoors): Route {
  return route({
    method: 'DELETE',
    ...WHERE,
    summary: 'Remove a user with its memberships; its keys work no more at once.',
    action: 'scim.change',
    answer: async ({ rest, headers }) => {
      const user = await parties.findParty('user', rest);
      if (user === null) throw noUser(rest);
      requireVersion(encodeUser(user), headers);
      await parties.removeParties('user', [rest]);
      return { status: 204, body: null };
    },
  });
}

/** With the groups that it is in, unless nobody asks for them. */
async function whole(user: Party, doors: ScimDoors, headers: RequestHeaders, query: ScimQuery): Promise<Resource> {
  const resource = withMeta('User', user, encodeUser(user), headers);
  if (!isAsked('groups', query)) return resource;
  const paging = { page: 1, size: MOST_GROUPS };
  const memberships = await doors.parties.listParties('member', { reach: 'everything', userId: user.id }, paging);
  const ids = memberships.parties.flatMap(({ teamId }) => teamId ?? []);
  const teams =
    ids.length === 0 ? [] : (await doors.parties.listParties('team', { reach: 'everything', ids }, paging)).parties;
  const groups = teams.map(({ id, alias }) => ({ value: id, display: alias ?? id, type: 'direct' }));
  return groups.length === 0 ? resource : { ...resource, groups };
}

function canonical(body: JsonObject): Resource {
  return withCanonicalNames(body) as Resource;
}

function taken(): GatewayError {
  return scimError('uniqueness', 'There is a user with this userName or address already.');
}

function noUser(id: string): GatewayError {
  return new GatewayError('not_found', `There is no user '${id}'.`);
}
