export { customerRoutes } from './customer.ts';
export { organizationRoutes } from './organization.ts';
export { organizationMemberRoutes } from './organization-member.ts';
export { projectRoutes } from './project.ts';
export { tagRoutes } from './tag.ts';
export { teamRoutes } from './team.ts';
export { teamMemberRoutes } from './team-member.ts';
export { userRoutes } from './user.ts';
