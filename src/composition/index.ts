export { type OpenedModels, openModels } from './open-models.ts';
