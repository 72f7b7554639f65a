import { GatewayError } from '../../inference/index.ts';
import { type Route, type RouteAnswer, route } from '../route.ts';
import { type BrowserCall, clientOf, isSecure, letIn, privately } from './browser.ts';
import { backChannelForm, oidcCallbackQuery, oidcStartQuery } from './contract.ts';
import { clearCookie, cookieOf, setCookie } from './cookie.ts';
import type { SignOnDoors } from './doors.ts';
import { publicAddress } from './public-address.ts';

/** What the browser keeps while it is at the provider. `Lax`: the provider leads it back here. */
const FLOW_COOKIE = 'waybill_sign_on';
const FLOW_MS = 600_000;
export const CALLBACK = '/auth/oidc/callback';

export function oidcRoutes(doors: SignOnDoors): readonly Route[] {
  return [start(doors), callback(doors), endByProvider(doors)];
}

function start(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: '/auth/oidc/start',
    summary: 'Go to an identity provider, to come back signed in.',
    action: 'public',
    query: oidcStartQuery,
    answer: async ({ query, headers }) => {
      const { provider, return_to: returnTo } = query;
      const redirectUri = `${publicAddress(headers, doors)}${CALLBACK}`;
      const started = await doors.signOn.start(provider, returnTo, redirectUri).catch((error: unknown) => {
        const message = `The identity provider '${provider}' cannot be reached; try again later.`;
        throw new GatewayError('upstream_unreachable', message, { cause: error });
      });
      if (started === null)
        throw new GatewayError('not_found', `There is no identity provider '${provider}'.`, { param: 'provider' });
      const terms = { maxAgeMs: FLOW_MS, sameSite: 'Lax' as const, secure: isSecure(headers, doors) };
      return { ...redirect(started.url), cookies: [setCookie(FLOW_COOKIE, started.kept, terms)] };
    },
  });
}

function callback(doors: SignOnDoors): Route {
  return route({
    method: 'GET',
    path: CALLBACK,
    summary: 'Where an identity provider leads back to: signed in, or to the page with the reason why not.',
    action: 'public',
    query: oidcCallbackQuery,
    answer: async (call) => {
      const { headers, query } = call;
      const gone = clearCookie(FLOW_COOKIE, isSecure(headers, doors));
      const url = new URL(`${publicAddress(headers, doors)}${CALLBACK}`);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const ended = await doors.signOn.finish(cookieOf(headers, FLOW_COOKIE), url);
      if ('refusal' in ended) {
        await noteRefusal(call, ended.refusal, doors);
        return { ...redirect(`/ui/?sign_on_error=${ended.refusal}`), cookies: [gone] };
      }
      const signedIn = await doors.people.begin(ended.userId, 'oidc', clientOf(call), ended.provider);
      const { cookies = [] } = await letIn(call, doors, signedIn);
      return { ...redirect(ended.returnTo), cookies: [...cookies, gone] };
    },
  });
}

function noteRefusal(call: BrowserCall, refusal: string, { people }: SignOnDoors): Promise<void> {
  return people.check.note('unknown', `oidc: ${refusal}`, clientOf(call));
}

/** Its caller is the provider, which proves that by its signature. */
function endByProvider(doors: SignOnDoors): Route {
  return route<Buffer>({
    method: 'POST',
    path: '/auth/oidc/back-channel-logout',
    summary: "An identity provider ends somebody's sessions (OpenID Connect Back-Channel Logout 1.0).",
    action: 'public',
    body: 'bytes',
    answer: async ({ body }) => {
      const form = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
      const { logout_token: token } = backChannelForm.catch({ logout_token: '' }).parse(form);
      if (await doors.signOn.endByProvider(token)) return privately({ body: {} });
      const error = { error: 'invalid_request', error_description: 'the logout token is not taken' };
      return privately({ status: 400, body: error });
    },
  });
}

function redirect(location: string): RouteAnswer {
  return privately({
    status: 303,
    body: '',
    contentType: 'text/plain',
    headers: { location, 'referrer-policy': 'no-referrer' },
  });
}
