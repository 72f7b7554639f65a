import { switchedTo } from '../../catalog/index.ts';
import type { Filter } from './filter.ts';

/** Why, and whose doing it was, is the operator's: `/overlay/list` tells. */
export const switched: Filter = {
  id: 'overlay',
  field: null,
  objectionsTo: ({ kept = null }, { deployments }) => {
    if (!deployments.some(({ overlays }) => overlays !== undefined)) return null;
    return (deployment) => {
      const state = switchedTo(deployment);
      if (state === null || state === 'on') return null;
      if (state === 'drain' && deployment.id === kept) return null;
      const expiresAtMs = deployment.overlays?.find(({ setting }) => setting === 'state')?.expiresAtMs ?? 0;
      const until = `until ${new Date(expiresAtMs).toISOString()}`;
      return state === 'off' ? `switched off ${until}` : `takes nothing new ${until}: it is being drained`;
    };
  },
};
