export { generationRoutes } from './generation.ts';
