import type { Deployment } from '../../catalog/index.ts';
import { isPassedOn } from './data-policy.ts';
import type { Filter } from './filter.ts';

export const only: Filter = {
  id: 'allowed_providers',
  field: 'provider.only',
  objectionsTo: (input) => {
    const { only: allowed } = input.preferences;
    if (allowed === null) return null;
    return (deployment) =>
      isNamed(deployment, allowed) || isPassedOn(input, deployment, 'only')
        ? null
        : `provider.only allows ${listed(allowed)}; this is ${deployment.names.join(', ')}`;
  },
};

/** Where no fallbacks are allowed, `order` allows as `only` does. */
export const orderAlone: Filter = {
  id: 'allowed_providers',
  field: 'provider.order',
  objectionsTo: (input) => {
    const { order, allowFallbacks } = input.preferences;
    if (order === null || allowFallbacks) return null;
    return (deployment) =>
      isNamed(deployment, order) || isPassedOn(input, deployment, 'order')
        ? null
        : `provider.allow_fallbacks is false and provider.order names ${listed(order)}; this is ${deployment.names.join(', ')}`;
  },
};

/** A name that is ignored is ignored, wherever its requests would be passed on to. */
export const ignore: Filter = {
  id: 'allowed_providers',
  field: 'provider.ignore',
  objectionsTo: ({ preferences }) => {
    const { ignore: ignored } = preferences;
    if (ignored.length === 0) return null;
    return ({ names }) => {
      const name = names.find((each) => ignored.includes(each));
      return name === undefined ? null : `provider.ignore names '${name}'`;
    };
  },
};

export function isNamed({ names }: Deployment, wanted: readonly string[]): boolean {
  return names.some((name) => wanted.includes(name));
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
