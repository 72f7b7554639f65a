import type { Configuration } from '../configuration.ts';
import { FALLBACK_CAUSES } from '../litellm/litellm-fallbacks.ts';
import { maskedConfiguration } from '../masked-configuration.ts';
import type { FallbackType } from './stored-models.ts';

/** What the file says of what could be stored as well. */
export function fileFacts(file: () => Configuration) {
  const modelOf = (name: string) => file().models.find((model) => model.name === name);
  return {
    models: () => file().models.filter(({ aliasOf }) => aliasOf === null),
    placeOfModel: (name: string) => modelOf(name)?.at ?? null,
    placeOfDeployment: (id: string) =>
      file()
        .models.flatMap(({ deployments }) => deployments)
        .find((deployment) => deployment.id === id)?.at ?? null,
    credentials: () => credentialsIn(file()),
    fallbacksOf: (model: string, type: FallbackType) => modelOf(model)?.fallbacks[FALLBACK_CAUSES[type][0]] ?? null,
    groups: () => groupsIn(file()),
  };
}

function credentialsIn(file: Configuration) {
  const { credentials } = maskedConfiguration(file);
  return credentials.map(({ name, provider, origin, at = null, apiKey, baseUrl, options }) => ({
    name,
    provider,
    origin,
    at,
    values: {
      ...(apiKey === null ? {} : { api_key: apiKey }),
      ...(baseUrl === null ? {} : { api_base: baseUrl }),
      ...options,
    },
  }));
}

function groupsIn({ models }: Configuration): ReadonlyMap<string, readonly string[]> {
  const names = new Set(models.flatMap(({ accessGroups }) => accessGroups));
  const modelsOf = (group: string) =>
    models.filter(({ accessGroups }) => accessGroups.includes(group)).map(({ name }) => name);
  return new Map(Array.from(names, (group) => [group, modelsOf(group)]));
}
