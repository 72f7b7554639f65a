import type { VirtualKey } from '../../access/index.ts';
import type { Route } from '../route.ts';
import { type BrowserCall, requirePerson } from './browser.ts';
import { cookieOf, SESSION_COOKIE } from './cookie.ts';
import type { SignOnDoors } from './doors.ts';
import { invitationRoutes } from './invitation-doors.ts';
import { oidcRoutes } from './oidc-doors.ts';
import { peopleRoutes } from './people-doors.ts';
import { sessionRoutes } from './session-doors.ts';
import { setupRoutes } from './setup-doors.ts';
import { signInRoutes } from './sign-in-doors.ts';

export type { SignOnDoors } from './doors.ts';

export function signOnRoutes(doors: SignOnDoors): readonly Route[] {
  return [
    ...sessionRoutes(doors),
    ...signInRoutes(doors),
    ...setupRoutes(doors),
    ...invitationRoutes(doors),
    ...oidcRoutes(doors),
    ...peopleRoutes(doors),
  ];
}

/** Whom a session's cookie stands for; null: there is no such cookie. Rejects with a GatewayError: 401, 403. */
export async function personOfCookie(
  call: Pick<BrowserCall, 'method' | 'headers'>,
  doors: Pick<SignOnDoors, 'people'>,
): Promise<VirtualKey | null> {
  return cookieOf(call.headers, SESSION_COOKIE) === null ? null : (await requirePerson(call, doors)).key;
}
