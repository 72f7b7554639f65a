import type { Route } from '../route.ts';
import type { SignOnDoors } from './doors.ts';
import { invitationRoutes } from './invitation-doors.ts';
import { loginRoutes } from './login-doors.ts';
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
    ...loginRoutes(doors),
    ...setupRoutes(doors),
    ...invitationRoutes(doors),
    ...oidcRoutes(doors),
    ...peopleRoutes(doors),
  ];
}
