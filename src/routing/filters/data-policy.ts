import type { Deployment } from '../../catalog/index.ts';
import type { Filter, FilterInput } from './filter.ts';

/** What nobody said counts as the worse: a prompt that was kept cannot be taken back. */
export const dataCollection: Filter = {
  id: 'data_policy',
  field: 'provider.data_collection',
  objectionsTo: (input) =>
    input.preferences.denyDataCollection
      ? (deployment) =>
          deployment.data.collects === false || isPassedOn(input, deployment, 'data_collection')
            ? null
            : said(deployment.data.collects, 'prompts may be used for training there', 'what it does with prompts')
      : null,
};

export const zeroRetention: Filter = {
  id: 'data_policy',
  field: 'provider.zdr',
  objectionsTo: (input) =>
    input.preferences.zeroDataRetention
      ? (deployment) =>
          deployment.data.retains === false || isPassedOn(input, deployment, 'zdr')
            ? null
            : said(deployment.data.retains, 'prompts are kept there, if only for a while', 'whether it keeps prompts')
      : null,
};

function said(value: boolean | null, does: string, unknown: string): string {
  return value === true ? does : `it is not known ${unknown}, which counts as yes`;
}

export function isPassedOn({ passesOn }: FilterInput, deployment: Deployment, preference: string): boolean {
  return deployment.routesOn && passesOn?.(deployment, preference) === true;
}
