import type { StoredSnapshot } from './stored-entries.ts';
import type { JsonFacts, StoredEntry, StoredKind } from './stored-entry.ts';

type FallbackType = 'general' | 'context_window' | 'content_policy';

/** What is stored, as a LiteLLM file would say it; secrets among it. */
export function storedModels({ entries }: StoredSnapshot) {
  const of = (kind: StoredKind): readonly StoredEntry[] => entries.filter((entry) => entry.kind === kind);
  return {
    deployments: of('deployment').map(({ id, facts, secrets }) => ({
      id,
      model: String(facts['model_name']),
      params: { ...objectIn(facts, 'litellm_params'), ...secrets },
      info: objectIn(facts, 'model_info'),
    })),
    credentials: of('credential').map(({ id, facts, secrets }) => ({
      name: id,
      values: { ...objectIn(facts, 'credential_values'), ...secrets },
      provider: providerIn(facts),
    })),
    fallbacks: of('fallback').map(({ facts }) => ({
      model: String(facts['model']),
      type: facts['fallback_type'] as FallbackType,
      targets: textsIn(facts, 'fallback_models'),
    })),
    groups: of('access_group').map(({ id, facts }) => ({ name: id, models: textsIn(facts, 'model_names') })),
  };
}

function objectIn(facts: JsonFacts, name: string): JsonFacts {
  const value = facts[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textsIn(facts: JsonFacts, name: string): readonly string[] {
  const value = facts[name];
  return Array.isArray(value) ? value.map(String) : [];
}

function providerIn(facts: JsonFacts): string | null {
  const named =
    objectIn(facts, 'credential_values')['custom_llm_provider'] ??
    objectIn(facts, 'credential_info')['custom_llm_provider'];
  return typeof named === 'string' ? named : null;
}
