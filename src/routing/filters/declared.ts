import { isPassedOn } from './data-policy.ts';
import type { Filter } from './filter.ts';

export const quantization: Filter = {
  id: 'quantization',
  field: 'provider.quantizations',
  objectionsTo: (input) => {
    const { quantizations } = input.preferences;
    if (quantizations === null) return null;
    return (deployment) => {
      const { quantization: own } = deployment.features;
      if (own === null || quantizations.includes(own) || isPassedOn(input, deployment, 'quantizations')) return null;
      return `it runs at ${own}, and provider.quantizations allows ${quantizations.join(', ') || 'nothing'}`;
    };
  },
};

export const distillable: Filter = {
  id: 'distillable',
  field: 'provider.enforce_distillable_text',
  objectionsTo: ({ preferences }) =>
    preferences.distillable
      ? ({ features }) =>
          features.distillable === false ? "the model's licence forbids training on its answers" : null
      : null,
};

const UNTAGGED = 'default';

/**
 * LiteLLM's rules: requests with tags go to deployments that share one (or have them all), else to those tagged
 * `default`; requests without tags go to those tagged `default`, or anywhere if there is none.
 */
export const tags: Filter = {
  id: 'tags',
  field: 'tags',
  objectionsTo: ({ preferences, tagging = 'off' }, { deployments }) => {
    if (tagging === 'off') return null;
    const { tags: asked } = preferences;
    const isDefault = (own: readonly string[]): boolean => own.includes(UNTAGGED);
    if (asked.length === 0) {
      if (!deployments.some((deployment) => isDefault(deployment.tags))) return null;
      return ({ tags: own }) => (isDefault(own) ? null : `the request has no tags, and this one is for ${listed(own)}`);
    }
    const matches = (own: readonly string[]): boolean =>
      tagging === 'any' ? asked.some((tag) => own.includes(tag)) : asked.every((tag) => own.includes(tag));
    const isMatched = deployments.some((deployment) => matches(deployment.tags));
    return ({ tags: own }) =>
      (isMatched ? matches(own) : isDefault(own))
        ? null
        : `the request is tagged ${asked.join(', ')}, and this one is for ${listed(own)}`;
  },
};

function listed(own: readonly string[]): string {
  return own.length === 0 ? 'requests without tags' : own.join(', ');
}
