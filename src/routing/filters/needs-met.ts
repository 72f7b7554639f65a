import { type Model, supports } from '../../catalog/index.ts';
import { knownOnce } from '../known-once.ts';
import { isPassedOn } from './data-policy.ts';
import type { Filter } from './filter.ts';

const haveModalities = knownOnce((deployments: Model['deployments']) =>
  deployments.some(({ features }) => features.inputs !== null || features.outputs !== null),
);

export const modalities: Filter = {
  id: 'modalities',
  field: 'messages',
  objectionsTo: ({ needs }, { deployments }) => {
    if (!haveModalities(deployments)) return null;
    return ({ features }) => {
      const { inputs, outputs } = features;
      if (inputs !== null) {
        const missing = needs().inputs.find((modality) => !inputs.includes(modality));
        if (missing !== undefined) return `it takes ${inputs.join(', ')}, and the request holds ${missing}`;
      }
      if (outputs === null) return null;
      const missing = needs().outputs.find((modality) => !outputs.includes(modality));
      return missing === undefined ? null : `it answers with ${outputs.join(', ')}, and ${missing} is asked for`;
    };
  },
};

/** A word takes two bytes at least, with its space: shorter requests need not be counted. */
const BYTES_PER_WORD = 2;

const haveWindows = knownOnce((deployments: Model['deployments']) =>
  deployments.some(({ contextWindow }) => contextWindow !== null),
);

export const contextLength: Filter = {
  id: 'context_length',
  field: 'messages',
  objectionsTo: ({ needs }, { deployments }) => {
    if (!haveWindows(deployments)) return null;
    return ({ contextWindow }) => {
      if (contextWindow === null) return null;
      const { inputBytes } = needs();
      if (inputBytes < BYTES_PER_WORD * contextWindow) return null;
      const { inputTokens } = needs();
      return inputTokens <= contextWindow
        ? null
        : `its context window is ${contextWindow} tokens, and the prompt has ${inputTokens} at least`;
    };
  },
};

const isBounded = knownOnce((deployments: Model['deployments']) =>
  deployments.some(({ maxOutput }) => maxOutput !== null),
);

export const outputLength: Filter = {
  id: 'output_length',
  field: 'max_tokens',
  objectionsTo: ({ needs }, { deployments }) => {
    if (!isBounded(deployments)) return null;
    return ({ maxOutput }) => {
      if (maxOutput === null) return null;
      const { outputTokens } = needs();
      return outputTokens === null || outputTokens <= maxOutput
        ? null
        : `it writes ${maxOutput} tokens at most, and ${outputTokens} are asked for`;
    };
  },
};

/** What makes no sense to leave out: an answer without it is no answer to this request. */
function capability(parameter: string, field: string): Filter {
  const isLacking = knownOnce((deployments: Model['deployments']) =>
    deployments.some(({ features }) => supports(features, parameter) === false),
  );
  return {
    id: 'capabilities',
    field,
    objectionsTo: ({ needs }, { deployments }) => {
      if (!isLacking(deployments)) return null;
      return ({ features }) => {
        if (supports(features, parameter) !== false) return null;
        return needs().parameters.includes(parameter) ? `it does not know ${field}` : null;
      };
    },
  };
}

export const tools = capability('tools', 'tools');
export const structuredOutputs = capability('structured_outputs', 'response_format');

const haveFlex = knownOnce((deployments: Model['deployments']) =>
  deployments.some(({ tierPrices }) => tierPrices?.flex !== undefined),
);

/**
 * Who asks for the cheap tier and is served at the usual price has been deceived: where some are known to have it, the
 * others are left out. Where nobody is, the wish goes upstream and comes to what it comes to.
 */
export const flexTier: Filter = {
  id: 'service_tier',
  field: 'service_tier',
  objectionsTo: ({ needs }, { deployments }) => {
    if (!haveFlex(deployments)) return null;
    if (needs().serviceTier !== 'flex') return null;
    return ({ tierPrices }) => (tierPrices?.flex === undefined ? 'it is not known to have a flex tier' : null);
  },
};

export const requireParameters: Filter = {
  id: 'require_parameters',
  field: 'provider.require_parameters',
  objectionsTo: (input) => {
    if (!input.preferences.requireParameters) return null;
    return (deployment) => {
      const unknown = input.needs().parameters.filter((name) => supports(deployment.features, name) === false);
      return unknown.length === 0 || isPassedOn(input, deployment, 'require_parameters')
        ? null
        : `it does not know ${unknown.join(', ')}`;
    };
  },
};
