/** LiteLLM's roles of users. */
export const userRoles = ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'] as const;

export type UserRole = (typeof userRoles)[number];
