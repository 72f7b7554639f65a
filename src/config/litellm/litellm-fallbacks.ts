import type { FallbackCause, ModelConfiguration } from '../configuration.ts';
import {
  type ConfigurationNode,
  formatPlace,
  isList,
  isMapping,
  listOf,
  mappingOf,
} from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { LitellmSection } from './litellm-section.ts';

/** LiteLLM's general fallbacks are for every failure, limits included. */
export const FALLBACK_CAUSES = {
  general: ['error', 'rate_limit'],
  context_window: ['context_window'],
  content_policy: ['content_policy'],
} as const satisfies Readonly<Record<string, readonly FallbackCause[]>>;

const KEYS: Readonly<Record<string, readonly FallbackCause[]>> = {
  fallbacks: FALLBACK_CAUSES.general,
  context_window_fallbacks: FALLBACK_CAUSES.context_window,
  content_policy_fallbacks: FALLBACK_CAUSES.content_policy,
};

export type LitellmFallbacks = {
  readonly of: (model: string) => ModelConfiguration['fallbacks'];
  /** null: none are given. */
  readonly defaults: readonly string[] | null;
  /** Those of `*`: for models that have none of their own for the cause. */
  readonly ofAll: ModelConfiguration['fallbacks'];
  /** The models that have fallbacks, and where that is said. */
  readonly models: ReadonlyMap<string, ConfigurationNode>;
};

/** The fallbacks of several sections; of two that speak of one model and cause, the first section's hold. */
export function litellmFallbacks(sections: readonly LitellmSection[], reading: Reading): LitellmFallbacks {
  const byModel = new Map<string, Partial<Record<FallbackCause, readonly string[]>>>();
  const models = new Map<string, ConfigurationNode>();
  let defaults: readonly string[] | null = null;
  for (const section of sections) {
    const own = section.node('default_fallbacks');
    if (own !== null) defaults ??= targetsOf(own, reading);
    for (const [key, causes] of Object.entries(KEYS)) {
      for (const [model, node] of pairsOf(section.node(key), section, key, reading)) {
        const targets = targetsOf(node, reading);
        models.set(model, node);
        const known = byModel.get(model) ?? {};
        for (const cause of causes) known[cause] ??= targets;
        byModel.set(model, known);
      }
    }
  }
  return { of: (model) => byModel.get(model) ?? {}, ofAll: byModel.get('*') ?? {}, defaults, models };
}

/** A list of mappings, each `model: [targets]`. */
function pairsOf(
  node: ConfigurationNode | null,
  section: LitellmSection,
  key: string,
  reading: Reading,
): readonly [string, ConfigurationNode][] {
  if (node === null) return [];
  const items = isList(node.value) ? node.value : [node];
  const faulty = items.find((item) => !isMapping(item.value));
  if (faulty !== undefined)
    reading.fault(faulty.place, `${section.name}.${key}: expected a list of mappings: - model: [other]`);
  return items.flatMap((item) => [...mappingOf(item)]);
}

/** Names; of a mapping its `model`. */
function targetsOf(node: ConfigurationNode, reading: Reading): readonly string[] {
  const items = isList(node.value) ? listOf(node) : [node];
  return items.flatMap((item) => {
    if (!isMapping(item.value)) return item.value === null ? [] : [String(item.value)];
    const model = item.value.get('model')?.value;
    if (item.value.size > 1) {
      reading.notices.push(
        `${String(model)} (${formatPlace(item.place)}) falls back with the caller's parameters, not with those given here`,
      );
    }
    return typeof model === 'string' ? [model] : [];
  });
}
