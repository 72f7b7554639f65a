import type { Strategy } from './strategy.ts';

/** As they stand in the configuration. */
export const ordered: Strategy = { id: 'ordered', order: (deployments) => deployments };
