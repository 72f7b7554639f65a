import type { Strategy } from './strategy.ts';

/** Each in its turn, and after it those that would follow. Weights do not count, but for 0, which comes last. */
export const roundRobin: Strategy = {
  id: 'round-robin',
  order: (deployments, { turn }) => {
    const sharing = deployments.filter(({ weight }) => weight > 0);
    const start = sharing.length === 0 ? 0 : turn % sharing.length;
    const last = deployments.filter(({ weight }) => weight === 0);
    return [...sharing.slice(start), ...sharing.slice(0, start), ...last];
  },
};
