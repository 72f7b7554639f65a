import { z } from 'zod';

/**
 * LiteLLM's fields that would restrict a key, or change what becomes of its calls, in a way that is not kept here. Left
 * empty they are taken, as clients send them; with a value each is refused by its name, for whoever sets one counts on it.
 */

const NO_GUARDRAILS = 'there are no guardrails here: the key would be let through without them';
const NO_TOOLS = 'there is no MCP gateway, agent or vector store here to allow or deny';
const NO_ROTATION =
  'a key rotated by itself would have a secret that nobody is shown; rotate it with POST /key/{key}/regenerate and a grace_period';

const REFUSED: Readonly<Record<string, string>> = {
  agent_id: NO_TOOLS,
  mcp_rpm_limit: NO_TOOLS,
  object_permission: NO_TOOLS,
  allowed_vector_store_indexes: NO_TOOLS,
  tag_rpm_limit: "a tag's limits are limits.tags of the configuration",
  budget_fallbacks: 'fallbacks of a spent budget are models.<name>.fallbacks of the configuration',
  throttle_on_budget_exceeded: 'a spent budget refuses; on_exhausted of budgets says clamp, reject or soft',
  config: 'it is not kept here',
  permissions: 'none of its permissions is known here',
  allowed_passthrough_routes: 'there are no pass-through routes here',
  guardrails: NO_GUARDRAILS,
  policies: NO_GUARDRAILS,
  disable_global_guardrails: NO_GUARDRAILS,
  prompts: 'prompts are not managed here',
  access_group_ids: 'name the group in models',
  router_settings: 'routing is set by the configuration and by requests',
  auto_rotate: NO_ROTATION,
  rotation_interval: NO_ROTATION,
  new_master_key: 'the master key is WAYBILL_MASTER_KEY',
};

/** What says nothing: null, false, nothing in it. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function refused(why: string) {
  return z
    .unknown()
    .refine(isEmpty, { error: `is not supported: ${why}` })
    .optional();
}

export const refusedFields = Object.fromEntries(Object.entries(REFUSED).map(([name, why]) => [name, refused(why)]));

/** LiteLLM keeps these in `metadata`, and heeds them there: none may come in that way unseen. */
const HEEDED_IN_METADATA = [
  'guardrails',
  'policies',
  'prompts',
  'enforced_params',
  'model_rpm_limit',
  'model_tpm_limit',
  'tag_rpm_limit',
  'mcp_rpm_limit',
  'temp_budget_increase',
  'temp_budget_expiry',
];

export const metadata = z.record(z.string(), z.unknown()).superRefine((given, context) => {
  for (const name of HEEDED_IN_METADATA) {
    if (isEmpty(given[name])) continue;
    context.addIssue({ code: 'custom', path: [name], message: 'is not heeded in metadata; give it beside metadata' });
  }
});
