import type { Link, LinkPurpose, Party } from '../../access/index.ts';
import { isStillInvitable } from '../../administration/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { randomId } from '../../std/index.ts';
import { asActor } from '../../telemetry/index.ts';
import { type Route, route } from '../route.ts';
import { type BrowserCall, clientOf, letIn, privately, requirePerson } from './browser.ts';
import { acceptBody, changePasswordBody, emptyBody, linkQuery, setupBody } from './contract.ts';
import type { SignOnDoors } from './doors.ts';
import { linkAddress } from './public-address.ts';
import { refuseOtherSites } from './same-origin.ts';

/** Becoming somebody who can sign in: by a link that is opened once. */
export function setupRoutes(doors: SignOnDoors): readonly Route[] {
  return [makeLink(doors), setUp(doors), showLink(doors), accept(doors), changePassword(doors)];
}

function makeLink(doors: SignOnDoors): Route {
  return route({
    method: 'POST',
    path: '/auth/link',
    summary: 'A link that makes whoever opens it an administrator, once and within the hour: for when nobody is one.',
    action: 'administrator.invite',
    body: emptyBody,
    answer: async ({ key, headers }) => {
      const { link, token } = await doors.people.links.make('recovery', null, key.id);
      const url = linkAddress(link.purpose, token, headers, doors);
      return privately({ body: { url, expires_at: new Date(link.expiresAtMs).toISOString() } });
    },
  });
}

function setUp(doors: SignOnDoors): Route {
  const { people, parties } = doors;
  return route({
    method: 'POST',
    path: '/auth/setup',
    summary: 'Become an administrator by the link of the first start, and sign in.',
    action: 'public',
    body: setupBody,
    answer: async (call) => {
      const { token, password, alias } = call.body;
      const email = call.body.email.trim().toLowerCase();
      refuseOtherSites(call);
      await openLink(call, doors, token, ['setup', 'recovery']);
      const known = await parties.findUserByEmail(email);
      const whose = { id: known?.id ?? randomId('user'), email, alias: alias ?? known?.alias ?? null };
      people.passwords.requireGood(password, whose);
      await useLink(doors, token);
      return asActor({ id: whose.id, changedBy: null, ip: call.clientIp }, async () => {
        if (known === null)
          await parties.createParties([{ kind: 'user', ...whose, role: 'proxy_admin', createdBy: whose.id }]);
        else
          await parties.changeParty('user', known.id, known.id, () => ({
            role: 'proxy_admin',
            alias: whose.alias,
            blocked: false,
          }));
        await people.passwords.set(whose, password);
        return letIn(call, doors, await people.begin(whose.id, 'link', clientOf(call)));
      });
    },
  });
}

function showLink(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/auth/invitation',
    summary: 'Whom an invitation is for, for whoever has its link.',
    action: 'public',
    query: linkQuery,
    answer: async (call) => {
      const link = await openLink(call, doors, call.query.token, ['invitation']);
      const { email, alias } = await invited(link, doors);
      return privately({ body: { email, alias, expires_at: new Date(link.expiresAtMs).toISOString() } });
    },
  });
}

function accept(doors: SignOnDoors): Route {
  const { people } = doors;
  return route({
    method: 'POST',
    path: '/auth/invitation/accept',
    summary: 'Set the password of whom the invitation is for, and sign in.',
    action: 'public',
    body: acceptBody,
    answer: async (call) => {
      const { token, password } = call.body;
      refuseOtherSites(call);
      const user = await invited(await openLink(call, doors, token, ['invitation']), doors);
      people.passwords.requireGood(password, user);
      await useLink(doors, token);
      return asActor({ id: user.id, changedBy: null, ip: call.clientIp }, async () => {
        await people.passwords.set(user, password);
        return letIn(call, doors, await people.begin(user.id, 'link', clientOf(call)));
      });
    },
  });
}

function changePassword(doors: SignOnDoors): Route {
  const { people } = doors;
  return route({
    method: 'POST',
    path: '/auth/password',
    summary: "Change one's password; one's other sessions end.",
    action: 'public',
    body: changePasswordBody,
    answer: async (call) => {
      const { user, session } = await requirePerson(call, doors);
      if (user === null || user.email === null || !(await people.passwords.has(user.id))) {
        const message = 'Whoever is signed in here has no password: an administrator sends an invitation to set one.';
        throw new GatewayError('invalid_request', message, { param: 'current_password' });
      }
      const { current_password: current, password } = call.body;
      people.passwords.requireGood(password, user);
      await people.check.byPassword(user.email, current, clientOf(call));
      await asActor({ id: user.id, changedBy: null, ip: call.clientIp }, () =>
        people.passwords.set(user, password, session.id),
      );
      return privately({ body: { changed: true } });
    },
  });
}

/** Whoever tries links is slowed down as for passwords. */
async function openLink(
  call: BrowserCall,
  { people }: SignOnDoors,
  token: string,
  purposes: readonly LinkPurpose[],
): Promise<Link> {
  let found: Link | null = null;
  const isOpen = async (): Promise<boolean> => {
    found = await people.links.peek(token);
    return found !== null && purposes.includes(found.purpose);
  };
  await people.check.bySecret(isOpen, 'link', clientOf(call));
  if (found === null) throw noLink();
  return found;
}

async function useLink({ people }: SignOnDoors, token: string): Promise<void> {
  if (!(await people.links.use(token))) throw noLink();
}

function noLink(): GatewayError {
  return new GatewayError('invalid_credentials', 'The link is wrong, or holds no more.');
}

async function invited({ userId, bounds }: Link, doors: SignOnDoors): Promise<Party> {
  const user = userId === null ? null : await doors.parties.findParty('user', userId);
  if (user === null || user.blocked || !(await isStillInvitable(doors, bounds, user))) throw noLink();
  return user;
}
