import { type Route, route } from '../route.ts';
import { clientOf, letIn } from './browser.ts';
import { signInBody } from './contract.ts';
import type { SignOnDoors } from './doors.ts';
import { refuseOtherSites } from './same-origin.ts';

export function signInRoutes(doors: SignOnDoors): readonly Route[] {
  return [signIn(doors)];
}

function signIn(doors: SignOnDoors): Route {
  const { people } = doors;
  return route({
    method: 'POST',
    path: '/auth/sign-in',
    summary: 'Sign in with an e-mail address and a password, or with the master key; the answer sets the cookie.',
    action: 'public',
    body: signInBody,
    answer: async (call) => {
      refuseOtherSites(call);
      const { body } = call;
      const client = clientOf(call);
      const signedIn =
        'master_key' in body
          ? await people.signInByMasterKey(body.master_key, client)
          : await people.signInByPassword(body.email, body.password, client);
      return letIn(call, doors, signedIn);
    },
  });
}
