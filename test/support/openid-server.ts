import { createServer } from 'node:http';
import { type Configuration, Provider } from 'oidc-provider';
import type { Scope } from './scope.ts';

/** Somebody whom the server knows. */
export type OpenIdAccount = Readonly<Record<string, unknown>> & { readonly sub: string };

/** A real OpenID Connect server that lets its one person in without asking anything. */
export type OpenIdServer = {
  readonly issuer: string;
  /** Who is before the browser from now on. */
  readonly signInAs: (account: OpenIdAccount) => void;
  /** Follows the way from an authorization address through the server, back to the gateway; answers that address. */
  readonly passThrough: (authorization: string) => Promise<{ readonly callback: string; readonly cookies: string }>;
  /** Paths that were asked for. */
  readonly asked: () => readonly string[];
};

export const CLIENT = { id: 'waybill', secret: 'waybill-client-secret-0123456789abcdef' };

export async function startOpenIdServer(
  test: Scope,
  gatewayUrl: string,
  more: Partial<Configuration> = {},
): Promise<OpenIdServer> {
  let account: OpenIdAccount = { sub: 'nobody' };
  const accounts = new Map<string, OpenIdAccount>();
  const asked: string[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${gatewayUrl}/auth/oidc/callback`],
        post_logout_redirect_uris: [`${gatewayUrl}/ui/`],
        backchannel_logout_uri: `${gatewayUrl}/auth/oidc/back-channel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (context, form) => {
          context.body = form;
        },
      },
      backchannelLogout: { enabled: true },
    },
    // Its own refuses loopback addresses, which is where the gateway is.
    fetch: (url, { dispatcher: _, ...options } = {}) => fetch(url, options),
    cookies: { keys: ['a key for cookies'] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: async (_context, sub) => ({
      accountId: sub,
      claims: async () => ({ ...accounts.get(sub), sub }),
    }),
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    ...more,
  });
  const callback = provider.callback();
  server.on('request', (request, response) => {
    asked.push(request.url ?? '');
    if (!request.url?.startsWith('/interaction/')) return void callback(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: account.sub } });
  });
  test.after(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    issuer,
    signInAs: (next) => {
      account = next;
      accounts.set(next.sub, next);
    },
    passThrough: async (authorization) => {
      const kept = new Map<string, string>();
      let at = authorization;
      while (at.startsWith(issuer)) {
        const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const line of answer.headers.getSetCookie()) {
          const [pair = ''] = line.split(';');
          kept.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        const location = answer.headers.get('location');
        if (location === null) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
        at = new URL(location, at).href;
      }
      return { callback: at, cookies: [...kept].map(([name, value]) => `${name}=${value}`).join('; ') };
    },
    asked: () => asked,
  };
}
