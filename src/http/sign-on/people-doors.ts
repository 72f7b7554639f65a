import type { Lockout } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Route, route } from '../route.ts';
import { personBehind, privately } from './browser.ts';
import { endSessionsBody, lockoutBody, sessionsQuery } from './contract.ts';
import type { SignOnDoors } from './doors.ts';
import { publicAddress } from './public-address.ts';
import { encodeSession } from './session-doors.ts';

/** What administrators see and end of those who sign in. */
export function peopleRoutes(doors: SignOnDoors): readonly Route[] {
  return [settings(doors), sessions(doors), endSessions(doors), lockouts(doors), unlock(doors)];
}

function settings(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/sign-on/settings',
    summary: 'How people sign in, as the configuration says; no secrets.',
    action: 'settings.read',
    answer: ({ headers }) => {
      const { publicUrl, sessions: lifetimes, providers } = doors.settings();
      const home = publicAddress(headers, doors);
      return {
        body: {
          public_url: publicUrl,
          session: { idle_seconds: lifetimes.idleMs / 1000, lifetime_seconds: lifetimes.absoluteMs / 1000 },
          redirect_uri: `${home}/auth/oidc/callback`,
          back_channel_logout_uri: `${home}/auth/oidc/back-channel-logout`,
          providers: providers.map((provider) => ({
            id: provider.id,
            name: provider.name,
            issuer: provider.issuer,
            authorization_endpoint: provider.authorizationEndpoint,
            client_id: provider.clientId,
            has_client_secret: provider.clientSecret !== null,
            scopes: provider.scopes,
            claims: provider.claims,
            roles: provider.roles,
            teams: provider.teams,
            default_role: provider.usualRole,
            email_domains: provider.emailDomains,
            create_users: provider.createsUsers,
            trust_email: provider.trustsEmail,
          })),
        },
      };
    },
  });
}

function sessions(doors: SignOnDoors): Route {
  const { people } = doors;
  return route({
    method: 'GET',
    path: '/sign-on/sessions',
    summary: 'Who is signed in, and where; those that were used last come first.',
    action: 'session.list',
    query: sessionsQuery,
    answer: async ({ query: { user_id: userId }, ...call }) => {
      const found = await people.sessions.list(userId === undefined ? 'all' : { userId });
      const own = (await personBehind(call, doors))?.session ?? null;
      return privately({ body: { sessions: found.map((session) => encodeSession(session, own)) } });
    },
  });
}

function endSessions({ people }: SignOnDoors): Route {
  return route({
    method: 'POST',
    path: '/sign-on/sessions/end',
    summary: 'End a session, or all of a user, at once and wherever they are used.',
    action: 'session.delete',
    body: endSessionsBody,
    answer: async ({ body }) => {
      const filter = 'session_id' in body ? { id: body.session_id } : { userId: body.user_id };
      const ended = await people.sessions.end(filter);
      if (ended.length === 0 && 'session_id' in body)
        throw new GatewayError('not_found', `There is no session '${body.session_id}'.`, { param: 'session_id' });
      return privately({ body: { ended: ended.length } });
    },
  });
}

function lockouts({ people }: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/sign-on/lockouts',
    summary: 'Whose next attempt to sign in has to wait, or did a short while ago.',
    action: 'lockout.list',
    answer: async () => {
      const { lockouts: found, strangers } = await people.lockouts.list();
      return privately({ body: { lockouts: found.map(encodeLockout), strangers } });
    },
  });
}

function unlock({ people }: SignOnDoors): Route {
  return route({
    method: 'POST',
    path: '/sign-on/lockouts/end',
    summary: 'Forget the failed attempts of an account or an address, so that it need not wait.',
    action: 'lockout.delete',
    body: lockoutBody,
    answer: async ({ body: { id } }) => {
      if (!(await people.lockouts.end(id)))
        throw new GatewayError('not_found', `Nobody is locked out as '${id}'.`, { param: 'id' });
      return privately({ body: { ended: true } });
    },
  });
}

function encodeLockout(lockout: Lockout) {
  const { id, kind, failures, lastAtMs, closedUntilMs } = lockout;
  const user = kind === 'account' ? lockout.user : null;
  return {
    id,
    kind,
    user_id: user?.id ?? null,
    user_email: user?.email ?? null,
    user_alias: user?.alias ?? null,
    failures,
    last_attempt_at: new Date(lastAtMs).toISOString(),
    locked_until: closedUntilMs === null ? null : new Date(closedUntilMs).toISOString(),
  };
}
