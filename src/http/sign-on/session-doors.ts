import type { Session } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Route, route } from '../route.ts';
import { noSessionCookie, personBehind, privately, requirePerson } from './browser.ts';
import { emptyBody } from './contract.ts';
import type { SignOnDoors } from './doors.ts';
import { publicAddress } from './public-address.ts';
import { encodePerson } from './session-answer.ts';

/** Anybody may ask: whoever is not signed in learns how to. Of sessions one sees one's own, and of the master key all. */
export function sessionRoutes(doors: SignOnDoors): readonly Route[] {
  return [current(doors), signOut(doors), list(doors), end(doors)];
}

function current(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/auth/session',
    summary: 'Who is signed in and what they may do; 401 with the ways to sign in.',
    action: 'public',
    answer: async (call) => {
      const person = await personBehind(call, doors);
      if (person !== null) return privately({ body: await encodePerson(person, doors) });
      const [isSetUp, password] = await Promise.all([
        doors.people.links.hasAdministrator(),
        doors.people.passwords.areThere(),
      ]);
      const providers = doors.signOn.providers().map(({ id, name }) => ({
        id,
        name,
        start: `/auth/oidc/start?provider=${encodeURIComponent(id)}`,
      }));
      const message = 'Nobody is signed in here, or not any more.';
      const error = { message, type: 'authentication_error', param: null, code: 'not_signed_in' };
      return privately({ status: 401, body: { error, setup_required: !isSetUp, sign_on: providers, password } });
    },
  });
}

function signOut(doors: SignOnDoors): Route {
  return route({
    method: 'POST',
    path: '/auth/sign-out',
    summary: "End this session; 'provider_url' is where the browser ends the one at the identity provider.",
    action: 'public',
    body: emptyBody,
    answer: async (call) => {
      const person = await personBehind(call, doors);
      const cookies = [noSessionCookie(call.headers, doors)];
      if (person === null) return privately({ body: { ended: false, provider_url: null }, cookies });
      await doors.people.sessions.end({ id: person.session.id });
      const home = `${publicAddress(call.headers, doors)}/ui/`;
      // A provider that cannot be reached keeps nobody in here.
      const url = await doors.signOn.endUrl(person.session, home).catch(() => null);
      return privately({ body: { ended: true, provider_url: url }, cookies });
    },
  });
}

function list(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/auth/sessions',
    summary: 'Where one is signed in; the master key sees everybody.',
    action: 'public',
    answer: async (call) => {
      const { session: own, key, user } = await requirePerson(call, doors);
      const all = key.caller.kind === 'master';
      const sessions = await doors.people.sessions.list(all || user === null ? 'all' : { userId: user.id });
      return privately({ body: { sessions: sessions.map((session) => encodeSession(session, own)) } });
    },
  });
}

function end(doors: SignOnDoors): Route {
  return route({
    method: 'DELETE',
    path: '/auth/sessions/*',
    summary: 'End a session at once, wherever it is used.',
    action: 'public',
    answer: async (call) => {
      const { key, user } = await requirePerson(call, doors);
      const [session] = await doors.people.sessions.list({ id: call.rest });
      const isOwn = session !== undefined && session.userId === (user?.id ?? null);
      if (session === undefined || !(isOwn || key.caller.kind === 'master'))
        throw new GatewayError('not_found', `There is no session '${call.rest}'.`, { param: 'id' });
      await doors.people.sessions.end({ id: session.id });
      return privately({ body: { ended: true } });
    },
  });
}

/** `own`: what it is asked with; null: a key. */
export function encodeSession(session: Session, own: Session | null) {
  return {
    id: session.id,
    user_id: session.userId,
    method: session.method,
    issuer: session.provider?.issuer ?? null,
    address: session.address,
    agent: session.agent,
    created_at: new Date(session.createdAtMs).toISOString(),
    last_seen_at: new Date(session.seenAtMs).toISOString(),
    expires_at: new Date(session.expiresAtMs).toISOString(),
    current: session.id === own?.id,
  };
}
