import type { Filter } from './filter.ts';

/** In the order in which they are asked: the first objection counts. */
export const filters: readonly Filter[] = [
  {
    id: 'operation',
    objection: (deployment, { speaks, dialect }) =>
      speaks(deployment, dialect) ? null : `its provider does not offer ${dialect}`,
  },
  {
    id: 'cooldown',
    objection: (deployment, { standing, nowMs }) => {
      const { state, untilMs, cause } = standing(deployment, nowMs);
      return state === 'open' ? `rests for ${Math.ceil(untilMs - nowMs)} ms (${cause})` : null;
    },
  },
];
