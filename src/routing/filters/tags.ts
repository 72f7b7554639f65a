import type { Deployment } from '../../catalog/index.ts';
import type { Filter, Tagging } from './filter.ts';

const UNTAGGED = 'default';

/**
 * LiteLLM's rules: requests with tags go to deployments that share one (or have them all), and those of a program that one
 * of a deployment's patterns knows go there, else to those tagged `default`; requests without tags go to those tagged
 * `default`, or anywhere if there is none.
 */
export const tags: Filter = {
  id: 'tags',
  field: 'tags',
  objectionsTo: ({ preferences, tagging = 'off', userAgent = null }, { deployments }) => {
    if (tagging === 'off') return null;
    const { tags: asked } = preferences;
    const matched = new Set(deployments.filter((each) => shares(each, asked, tagging) || isKnown(each, userAgent)));
    const isDefault = ({ tags: own }: Deployment): boolean => own.includes(UNTAGGED);
    const words = asked.length === 0 ? 'has no tags' : `is tagged ${asked.join(', ')}`;
    const objection = ({ tags: own }: Deployment): string => `the request ${words}, and this one is for ${listed(own)}`;
    if (matched.size > 0) return (deployment) => (matched.has(deployment) ? null : objection(deployment));
    if (asked.length === 0 && !deployments.some(isDefault)) return null;
    return (deployment) => (isDefault(deployment) ? null : objection(deployment));
  },
};

function shares({ tags: own }: Deployment, asked: readonly string[], tagging: Tagging): boolean {
  if (asked.length === 0) return false;
  return tagging === 'any' ? asked.some((tag) => own.includes(tag)) : asked.every((tag) => own.includes(tag));
}

/** LiteLLM's form of the line; header names have no case of their own. */
function isKnown({ tagPatterns }: Deployment, userAgent: string | null): boolean {
  if (tagPatterns === undefined || userAgent === null) return false;
  return tagPatterns.some(({ matches }) => matches(`User-Agent: ${userAgent}`));
}

function listed(own: readonly string[]): string {
  return own.length === 0 ? 'requests without tags' : own.join(', ');
}
