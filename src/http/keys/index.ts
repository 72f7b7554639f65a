export { keyRoutes } from './key.ts';
