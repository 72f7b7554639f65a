import type { AffinityConfiguration } from '../configuration.ts';
import type { LitellmSection } from '../litellm/litellm-section.ts';
import { notHonoured } from '../litellm/litellm-unsupported.ts';
import { type ConfigurationNode, isList, mappingOf } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';

const BY_KEY = 'deployment_affinity';
/**
 * What they ask for is so anyway: of budgets, of responses, of sessions, of prompts that are cached, of sealed thoughts, and
 * of headers that model_group_settings sends upstream.
 */
const MET = [
  'router_budget_limiting',
  'responses_api_deployment_check',
  'session_affinity',
  'prompt_caching',
  'encrypted_content_affinity',
  'forward_client_headers_by_model_group',
];
const LITELLM_KEPT_MS = 3_600_000;

/**
 * `optional_pre_call_checks` for all models, `model_group_affinity_config` for single ones, whose list stands instead.
 * null: nothing is said of it.
 */
export function litellmAffinity(router: LitellmSection, reading: Reading): AffinityConfiguration | null {
  const keptMs = router.milliseconds('deployment_affinity_ttl_seconds');
  const checks = router.node('optional_pre_call_checks');
  const groups = mappingOf(router.node('model_group_affinity_config'));
  if (keptMs === null && checks === null && groups.size === 0) return null;
  const ofAll = checksIn(`${router.name}.optional_pre_call_checks`, checks, reading);
  const named = [...groups].filter(([model, node]) =>
    checksIn(`${router.name}.model_group_affinity_config.${model}`, node, reading).includes(BY_KEY),
  );
  const byKey = [...(ofAll.includes(BY_KEY) ? ['*'] : []), ...named.map(([model]) => model)];
  return { keptMs: keptMs ?? LITELLM_KEPT_MS, byKey };
}

function checksIn(name: string, node: ConfigurationNode | null, reading: Reading): readonly string[] {
  const items = node !== null && isList(node.value) ? node.value : [];
  for (const { value, place } of items) {
    if (value === BY_KEY || MET.includes(String(value))) continue;
    reading.notices.push(notHonoured(`${name}: ${String(value)}`, place, 'it is not known here'));
  }
  return items.map(({ value }) => String(value));
}
