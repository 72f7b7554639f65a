export { budgetRoutes } from './budget.ts';
export { customerRoutes } from './customer.ts';
export { tagRoutes } from './tag.ts';
export { userRoutes } from './user.ts';
