import type { Configuration } from 'openid-client';
import type { Ask } from '../../network/index.ts';
import type { Clock, JsonObject } from '../../std/index.ts';
import type { SignOnProvider } from './provider.ts';

const TIMEOUT_MS = 10_000;
/** Metadata changes with years; keys are asked for as they are needed. */
const DISCOVERED_FOR_MS = 15 * 60_000;
const TOLERANCE_S = 30;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export type ProviderAnswer = {
  /** Verified: its signature, its issuer, that it is for us, of now and of this very sign-on. */
  readonly token: JsonObject;
  readonly idToken: string;
  readonly userInfo: JsonObject;
};

export type Callback = {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
};

/** One provider, asked through the operator's network. Rejects where it cannot be reached, or says what is not so. */
export type ProviderClient = {
  readonly authorizationUrl: (parameters: {
    readonly redirectUri: string;
    readonly state: string;
    readonly nonce: string;
    readonly codeVerifier: string;
  }) => Promise<URL>;
  readonly exchange: (callback: Callback) => Promise<ProviderAnswer>;
  /** null: it offers none. */
  readonly endSessionUrl: (idToken: string | null, returnTo: string) => Promise<URL | null>;
  readonly facts: () => Promise<{ readonly issuer: string; readonly keysUrl: string | null }>;
};

export function openProviderClient(provider: SignOnProvider, ask: Ask, clock: Clock): ProviderClient {
  const configured = discovering(provider, ask, clock);
  return {
    authorizationUrl: async ({ redirectUri, state, nonce, codeVerifier }) => {
      const [client, configuration] = await Promise.all([import('openid-client'), configured()]);
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...provider.scopes])].join(' '),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
    },
    exchange: async ({ url, state, nonce, codeVerifier }) => {
      const [client, configuration] = await Promise.all([import('openid-client'), configured()]);
      const answer = await client.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const token = answer.claims();
      if (token === undefined || answer.id_token === undefined) throw new Error('the provider sent no ID token');
      const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
      const userInfo = hasMore ? await client.fetchUserInfo(configuration, answer.access_token, token.sub) : {};
      return { token: { ...token }, idToken: answer.id_token, userInfo: { ...userInfo } };
    },
    endSessionUrl: async (idToken, returnTo) => {
      const [client, configuration] = await Promise.all([import('openid-client'), configured()]);
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === null ? {} : { id_token_hint: idToken }),
      });
    },
    facts: async () => {
      const { issuer, jwks_uri: keysUrl } = (await configured()).serverMetadata();
      return { issuer, keysUrl: keysUrl ?? null };
    },
  };
}

/** What the provider says of itself: asked for once for all who sign in at the same time, and again after a while. */
function discovering(provider: SignOnProvider, ask: Ask, { monotonicMs }: Clock): () => Promise<Configuration> {
  let known: { readonly configuration: Promise<Configuration>; readonly untilMs: number } | null = null;
  return () => {
    if (known !== null && monotonicMs() < known.untilMs) return known.configuration;
    const configuration = discover(provider, ask);
    known = { configuration, untilMs: monotonicMs() + DISCOVERED_FOR_MS };
    configuration.catch(() => {
      known = null;
    });
    return configuration;
  };
}

async function discover(provider: SignOnProvider, ask: Ask): Promise<Configuration> {
  const client = await import('openid-client');
  const { clientId, clientSecret } = provider;
  const issuer = new URL(provider.issuer ?? (await issuerOf(provider.authorizationEndpoint ?? '', ask)));
  const authentication = clientSecret === null ? client.None() : undefined;
  const configuration = await client.discovery(
    issuer,
    clientId,
    { ...(clientSecret === null ? {} : { client_secret: clientSecret }), [client.clockTolerance]: TOLERANCE_S },
    authentication,
    {
      [client.customFetch]: (url, options) => fetchBy(ask, url, options),
      timeout: TIMEOUT_MS / 1000,
      // A test's, or one that stands in the same pod.
      execute: LOOPBACK.has(issuer.hostname) ? [client.allowInsecureRequests] : [],
    },
  );
  // TLS alone does not vouch for the ID token: a proxy that looks into it may stand between.
  client.enableNonRepudiationChecks(configuration);
  return configuration;
}

type FetchOptions = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

async function fetchBy(ask: Ask, url: string, { method, headers, body }: FetchOptions): Promise<Response> {
  const text = body === undefined || body === null ? null : String(body);
  const answer = await ask({
    method: method === 'POST' ? 'POST' : 'GET',
    url,
    headers: { ...headers },
    body: text,
    timeoutMs: TIMEOUT_MS,
  });
  const isJson = /^\s*[[{]/.test(answer.text);
  return new Response(answer.text, {
    status: answer.status,
    headers: { 'content-type': isJson ? 'application/json' : 'application/jwt' },
  });
}

/** LiteLLM's settings name an authorization endpoint and no issuer: the issuer is the one above it that says it is its own. */
async function issuerOf(authorizationEndpoint: string, ask: Ask): Promise<string> {
  const { origin, pathname } = new URL(authorizationEndpoint);
  const parts = pathname.split('/').filter((part) => part !== '');
  for (let length = parts.length; length >= 0; length--) {
    const base = [origin, ...parts.slice(0, length)].join('/');
    const url = `${base}/.well-known/openid-configuration`;
    const { status, text } = await ask({ method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
    if (status !== 200) continue;
    const { issuer, authorization_endpoint: endpoint } = JSON.parse(text) as Record<string, unknown>;
    if (typeof issuer === 'string' && endpoint === authorizationEndpoint) return issuer;
  }
  throw new Error(`nothing above ${authorizationEndpoint} says of itself that this is its endpoint: name its issuer`);
}
