import type { Role } from '../../src/access/roles/matrix.ts';

/** What each caller is, the mightiest first; of a user in a team or an organization two at once. */
export const callers = {
  proxy_admin: ['proxy_admin'],
  proxy_admin_viewer: ['proxy_admin_viewer'],
  org_admin: ['org_admin', 'internal_user'],
  team_admin: ['team_admin', 'internal_user'],
  internal_user: ['internal_user'],
  internal_user_viewer: ['internal_user_viewer'],
  service_key: ['service_key'],
  management_key: ['management_key'],
  scim_key: ['scim_key'],
} as const satisfies Readonly<Record<Role, readonly Role[]>>;

export const callerNames = Object.keys(callers) as Role[];
