import { ignore, only, orderAlone } from './allowed-providers.ts';
import { dataCollection, zeroRetention } from './data-policy.ts';
import { distillable, quantization } from './declared.ts';
import type { Filter } from './filter.ts';
import {
  contextLength,
  flexTier,
  modalities,
  outputLength,
  requireParameters,
  structuredOutputs,
  tools,
} from './needs-met.ts';
import { partyPolicy } from './party-policy.ts';
import { maxPrice } from './price.ts';
import { region } from './region.ts';
import { switched } from './switched.ts';
import { tags } from './tags.ts';
import { teamCredential } from './team-credential.ts';

const operation: Filter = {
  id: 'operation',
  field: null,
  objectionsTo:
    ({ speaks, dialect }) =>
    (deployment) =>
      speaks(deployment, dialect) ? null : `its provider does not offer ${dialect}`,
};

const access: Filter = { id: 'access', field: null, objectionsTo: ({ denies }) => denies };

const cooldown: Filter = {
  id: 'cooldown',
  field: null,
  objectionsTo:
    ({ standing, nowMs }) =>
    (deployment) => {
      const { state, untilMs, cause } = standing(deployment, nowMs);
      if (cause === 'assumed') return 'is taken to be down';
      return state === 'open' ? `rests for ${Math.ceil(untilMs - nowMs)} ms (${cause})` : null;
    },
};

/** In the order in which they are asked: the first objection counts. docs/routing.md lists them. */
export const filters: readonly Filter[] = [
  operation,
  access,
  partyPolicy,
  teamCredential,
  dataCollection,
  zeroRetention,
  only,
  ignore,
  orderAlone,
  modalities,
  contextLength,
  outputLength,
  tools,
  structuredOutputs,
  flexTier,
  requireParameters,
  quantization,
  maxPrice,
  distillable,
  tags,
  region,
  switched,
  cooldown,
];
