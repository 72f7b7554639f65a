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
