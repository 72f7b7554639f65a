import { GatewayError } from '../../inference/index.ts';
import { type Route, route } from '../route.ts';
import { type BrowserCall, clientOf, letIn, privately } from './browser.ts';
import { loginBody } from './contract.ts';
import type { SignOnDoors } from './doors.ts';
import { publicAddress } from './public-address.ts';
import { refuseOtherSites } from './same-origin.ts';

/** Where LiteLLM's own page leads who has signed in. */
const AFTER = '/ui/?login=success';

/** LiteLLM's name of whoever has the master key for a password. */
const ADMINISTRATOR = 'admin';

/** LiteLLM's ways in, for scripts and forms that know them: a name and a password for a session. */
export function loginRoutes(doors: SignOnDoors): readonly Route[] {
  return [page(), form(doors), json(doors)];
}

function page(): Route {
  return route({
    method: 'GET',
    path: '/login',
    summary: 'The page to sign in at.',
    action: 'public',
    answer: () => ({ status: 302, body: '', contentType: 'text/plain', headers: { location: '/ui/' } }),
  });
}

function form(doors: SignOnDoors): Route {
  return route<Buffer>({
    method: 'POST',
    path: '/login',
    summary: "LiteLLM's form: username and password; the answer sets the cookie and leads to the dashboard.",
    action: 'public',
    body: 'bytes',
    answer: async (call) => {
      const { body, headers } = call;
      if (!/^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? ''))
        throw new GatewayError(
          'invalid_request',
          "Expected a form, 'Content-Type: application/x-www-form-urlencoded' with username and password; JSON goes to /v2/login.",
        );
      const given = loginBody.safeParse(Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
      if (!given.success) {
        const [issue] = given.error.issues;
        const param = issue?.path.join('.') || 'body';
        throw new GatewayError('invalid_request', `Invalid form: ${param}: ${issue?.message}`, { param });
      }
      const { cookies = [] } = await signIn(call, given.data, doors);
      const location = { location: AFTER };
      return privately({ status: 303, body: '', contentType: 'text/plain', headers: location, cookies });
    },
  });
}

function json(doors: SignOnDoors): Route {
  return route({
    method: 'POST',
    path: '/v2/login',
    summary: "LiteLLM's { username, password }: the answer sets the cookie and says where the dashboard is.",
    action: 'public',
    body: loginBody,
    answer: async (call) => {
      const { cookies = [] } = await signIn(call, call.body, doors);
      return privately({ body: { redirect_url: `${publicAddress(call.headers, doors)}${AFTER}` }, cookies });
    },
  });
}

type Login = { readonly username: string; readonly password: string };

async function signIn(call: BrowserCall, { username, password }: Login, doors: SignOnDoors) {
  refuseOtherSites(call);
  const { people } = doors;
  const client = clientOf(call);
  const signedIn =
    username === ADMINISTRATOR
      ? await people.signInByMasterKey(password, client)
      : await people.signInByPassword(username, password, client);
  return letIn(call, doors, signedIn);
}
