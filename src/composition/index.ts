export { type OpenedModels, openModels } from './open-models.ts';
export { openStoredModels, type StoredModelsOptions } from './stored-models.ts';
