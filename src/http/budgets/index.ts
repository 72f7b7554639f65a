export { budgetRoutes } from './budget.ts';
