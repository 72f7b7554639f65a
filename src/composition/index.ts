export { type OpenedModels, openModels } from './open-models.ts';
export { reseal } from './reseal.ts';
export { openStoredModels, receiverOf, type StoredModelsOptions } from './stored-models.ts';
export { type OwnedTokenCounter, openTokenCounter, type TokenCounterOptions } from './token-counting/token-counter.ts';
export { watchWallets } from './watch-wallets.ts';
