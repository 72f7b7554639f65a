import { isSaid, type LitellmRow, mappingIn, type Say } from './litellm-row.ts';

type Treatment = { readonly reason: string; readonly restricts?: true };

const NO_GUARDRAILS: Treatment = { reason: 'there are no guardrails for single keys and teams yet', restricts: true };
const NO_EXPORTERS: Treatment = { reason: 'there are no exporters for single keys and teams yet' };
const NO_TOOLS: Treatment = { reason: 'MCP servers, vector stores and agents are not served here' };
const NOT_ROUTED: Treatment = { reason: 'routing is set for the gateway, not for single keys and teams' };

/** Columns and metadata that nothing here keeps. What is told of them is told where they say anything. */
const COLUMNS: Readonly<Record<string, Treatment>> = {
  policies: NO_GUARDRAILS,
  object_permission_id: NO_TOOLS,
  router_settings: NOT_ROUTED,
  config: { reason: 'a key has no configuration of its own here' },
  permissions: { reason: 'what a key may ask for, allowed_routes says here' },
  budget_fallbacks: { reason: 'a used-up budget refuses here' },
  agent_id: NO_TOOLS,
  auto_rotate: { reason: 'keys are rotated by key rotate, or POST /key/regenerate' },
  allow_team_guardrail_config: NO_GUARDRAILS,
};

const METADATA: Readonly<Record<string, Treatment>> = {
  guardrails: NO_GUARDRAILS,
  policies: NO_GUARDRAILS,
  prompts: { reason: 'there are no stored prompts' },
  logging: NO_EXPORTERS,
  callback_settings: NO_EXPORTERS,
  disable_global_guardrails: { reason: 'there are no guardrails for single keys and teams yet' },
  mcp_rpm_limit: NO_TOOLS,
  tag_rpm_limit: { reason: 'tags have limits of their own: POST /tag/new', restricts: true },
  rpm_limit_type: { reason: 'limits are always kept' },
  tpm_limit_type: { reason: 'limits are always kept' },
  throttle_on_budget_exceeded: { reason: 'a used-up budget refuses here' },
  team_member_key_duration: { reason: "a new key's duration is asked for, or a default of the configuration" },
  secret_manager_settings: { reason: 'keys are kept here alone' },
  model_config: NOT_ROUTED,
};

/** Says of all that a row has and nothing here keeps so. */
export function sayUnsupported(row: LitellmRow, say: Say): void {
  sayOf(row, COLUMNS, say);
  sayOf(mappingIn(row, 'metadata'), METADATA, say);
}

function sayOf(values: LitellmRow, treatments: Readonly<Record<string, Treatment>>, say: Say): void {
  for (const [field, { reason, restricts }] of Object.entries(treatments)) {
    if (isSaid(values[field])) say(field, reason, restricts === true);
  }
}

/** What of `metadata` is read elsewhere, and would be told twice. */
const READ_ELSEWHERE = new Set([
  ...Object.keys(METADATA),
  'model_rpm_limit',
  'model_tpm_limit',
  'enforced_params',
  'temp_budget_increase',
  'temp_budget_expiry',
  'team_member_budget_id',
]);

/** The operator's own. */
export function metadataIn(row: LitellmRow): Readonly<Record<string, unknown>> {
  const entries = Object.entries(mappingIn(row, 'metadata')).filter(([name]) => !READ_ELSEWHERE.has(name));
  return Object.fromEntries(entries);
}
