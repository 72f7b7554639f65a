import type { RoutedBy } from '../../inference/index.ts';
import { noPreferences, type Preferences } from '../preferences/preferences.ts';
import { ignore, only } from './allowed-providers.ts';
import { dataCollection, zeroRetention } from './data-policy.ts';
import type { Filter } from './filter.ts';
import { region } from './region.ts';

/** What a policy may ask of a deployment is what a request may. */
const ASKED: readonly Filter[] = [region, dataCollection, zeroRetention, only, ignore];

/** Those whom the key belongs to say where its calls may go: no request is let off, and no other gateway is trusted to heed it. */
export const partyPolicy: Filter = {
  id: 'policy',
  field: null,
  objectionsTo: (input, model) => {
    const { policies = [] } = input;
    if (policies.length === 0) return null;
    const asked = policies.flatMap(({ whose, policy }) => {
      const strict = { ...input, preferences: preferencesOf(policy), passesOn: null };
      return ASKED.flatMap((filter) => {
        const objection = filter.objectionsTo(strict, model);
        return objection === null ? [] : [{ whose, objection }];
      });
    });
    return (deployment) => {
      for (const { whose, objection } of asked) {
        const reason = objection(deployment);
        if (reason !== null) return `by the policy of the ${whose}: ${reason}`;
      }
      return null;
    };
  },
};

function preferencesOf({
  region: within,
  zdr,
  denyDataCollection,
  only: allowed,
  ignore: ignored,
}: RoutedBy): Preferences {
  return {
    ...noPreferences,
    region: within ?? null,
    zeroDataRetention: zdr === true,
    denyDataCollection: denyDataCollection === true,
    only: allowed ?? null,
    ignore: ignored ?? [],
  };
}
