import type { Action, Link, Party } from '../../access/index.ts';
import { noParty, requireInvitable, requireOwnInvitee, seesInvitationsOf } from '../../administration/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { type Route, reached, route } from '../route.ts';
import {
  invitationBody,
  invitationQuery,
  invitationsQuery,
  newInvitationBody,
  updateInvitationBody,
} from './contract.ts';
import type { SignOnDoors } from './doors.ts';
import { linkAddress } from './public-address.ts';

/** LiteLLM's invitations: a link by which a user sets a password. */
export function invitationRoutes(doors: SignOnDoors): readonly Route[] {
  return [create(doors), list(doors), info(doors), update(doors), remove(doors)];
}

function create(doors: SignOnDoors): Route {
  const { people, parties } = doors;
  return route({
    method: 'POST',
    path: '/invitation/new',
    summary: 'Invite a user to set a password; the link is in this answer only, and good for seven days.',
    action: 'invitation.create',
    body: newInvitationBody,
    resource: reached,
    answer: async ({ key, body, headers }) => {
      const user = await parties.findParty('user', body.user_id);
      if (user === null) throw noParty('user', body.user_id);
      const bounds = await requireInvitable(doors, key.caller, user);
      if (user.email === null) {
        const message = `The user '${user.id}' has no e-mail address to sign in with; give it one as user_email at /user/update.`;
        throw new GatewayError('invalid_request', message, { param: 'user_id' });
      }
      const { link, token } = await people.links.make('invitation', user.id, key.id, bounds);
      const url = linkAddress(link.purpose, token, headers, doors);
      return { body: { ...encode(link, user), invitation_link: url } };
    },
  });
}

function list({ people, parties, known }: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/invitation/list',
    summary: 'Invitations, newest first, without their links; those that are over for thirty days.',
    action: 'invitation.read',
    query: invitationsQuery,
    resource: reached,
    answer: async ({ key, query }) => {
      const all = await people.links.invitations(query.user_id ?? null);
      const links = all.filter(({ userId }) => seesInvitationsOf(known, key.caller, 'invitation.read', userId));
      const ids = [...new Set(links.flatMap(({ userId }) => userId ?? []))];
      const users = new Map(
        (await Promise.all(ids.map((id) => parties.findParty('user', id)))).flatMap((user) =>
          user === null ? [] : [[user.id, user] as const],
        ),
      );
      return { body: { invitations: links.map((link) => encode(link, users.get(link.userId ?? '') ?? null)) } };
    },
  });
}

function info(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/invitation/info',
    summary: 'An invitation, without its link.',
    action: 'invitation.read',
    query: invitationQuery,
    resource: reached,
    answer: async ({ key, query }) => ({
      body: await shown(await requireInvitation(query.invitation_id, key.caller, 'invitation.read', doors), doors),
    }),
  });
}

function update(doors: SignOnDoors): Route {
  const { people } = doors;
  return route({
    method: 'POST',
    path: '/invitation/update',
    summary: 'Close an invitation: nobody can open its link any more.',
    action: 'invitation.change',
    body: updateInvitationBody,
    resource: reached,
    answer: async ({ key, body }) => {
      const { invitation_id: id } = body;
      await requireOwn(id, key.caller, 'invitation.change', doors);
      await people.links.close(id, key.id);
      return { body: await shown(await requireInvitation(id, key.caller, 'invitation.change', doors), doors) };
    },
  });
}

function remove(doors: SignOnDoors): Route {
  const { people } = doors;
  return route({
    method: 'POST',
    path: '/invitation/delete',
    summary: 'Remove an invitation; its link works no more.',
    action: 'invitation.delete',
    body: invitationBody,
    resource: reached,
    answer: async ({ key, body }) => {
      const answer = await shown(await requireOwn(body.invitation_id, key.caller, 'invitation.delete', doors), doors);
      await people.links.remove(body.invitation_id);
      return { body: answer };
    },
  });
}

/** What is out of the caller's reach answers as what is not there. */
async function requireInvitation(
  id: string,
  caller: Caller,
  action: Action,
  { people, known }: SignOnDoors,
): Promise<Link> {
  const link = await people.links.find(id);
  if (link?.purpose === 'invitation' && seesInvitationsOf(known, caller, action, link.userId)) return link;
  throw new GatewayError('not_found', `There is no invitation '${id}'.`, { param: 'invitation_id' });
}

async function requireOwn(id: string, caller: Caller, action: Action, doors: SignOnDoors): Promise<Link> {
  const link = await requireInvitation(id, caller, action, doors);
  requireOwnInvitee(doors.known, caller, await doors.parties.findParty('user', link.userId ?? ''));
  return link;
}

async function shown(link: Link, doors: SignOnDoors) {
  return encode(link, await doors.parties.findParty('user', link.userId ?? ''));
}

function encode(link: Link, user: Party | null) {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    id: link.id,
    user_id: link.userId,
    is_accepted: link.usedAtMs !== null,
    accepted_at: link.usedAtMs === null ? null : iso(link.usedAtMs),
    expires_at: iso(link.expiresAtMs),
    created_at: iso(link.createdAtMs),
    created_by: link.createdBy,
    updated_at: iso(link.updatedAtMs),
    updated_by: link.updatedBy,
    user: user === null ? null : { user_id: user.id, user_email: user.email, user_alias: user.alias },
  };
}
