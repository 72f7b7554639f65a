export { organizationRoutes } from './organization.ts';
export { organizationMemberRoutes } from './organization-member.ts';
export { projectRoutes } from './project.ts';
export { teamRoutes } from './team.ts';
export { teamMemberRoutes } from './team-member.ts';
