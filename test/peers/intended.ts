type Rule = { readonly step?: RegExp; readonly difference: RegExp; readonly reason: string };

/** Whether it is one of the differences that are meant. */
export function isMeant(step: string, difference: string): boolean {
  return rules.some((rule) => (rule.step?.test(step) ?? true) && rule.difference.test(difference));
}

/** What LiteLLM's rows have for features that are not here. A field that nothing is behind would be a promise. */
const ABSENT =
  /(?:^|\.)(?:router_settings|access_group_ids|policies|permissions|config|budget_fallbacks|allow_team_guardrail_config|soft_budget_cooldown|auto_rotate|allowed_cache_controls|is_session_token|team_models|team_blocked|use_xai_oauth|use_litellm_proxy|use_in_pass_through|merge_reasoning_content_in_choices|access_via_team_ids|direct_access|model_info|provider_specific_fields|supports_\w+|\w+_priority|\w+_batches) is missing/;

const rules: readonly Rule[] = [
  { difference: ABSENT, reason: 'there is no such feature here' },
  { difference: /budget_id is (?:missing|null)/, reason: 'limits of its own are no budget that others could share' },
  { difference: /litellm_budget_table\.(?:created_at|allowed_models) is missing/, reason: 'the same' },
  {
    difference: /(?:^|\.|\])allowed_models is missing/,
    reason: 'models are allowed to keys and teams, not to budgets',
  },
  { difference: /members_with_roles is empty/, reason: 'the master key is nobody, and so no member of what it makes' },
  { difference: /model_spend is missing/, reason: 'spend by model is in the reports' },
  { difference: /updated_by is missing/, reason: 'who changed what is in the audit log' },
  { difference: /error\.(?:param|code) is null/, reason: 'null, where there it is the text "None"' },
  { difference: /breakdown\.\w+\./, reason: "names and hashes that are each one's own" },
  { step: /^key with a text as budget$/, difference: /422|detail/, reason: 'every refusal has one envelope' },
  {
    step: /^key of an unknown team$/,
    difference: /404 instead of 200/,
    reason: 'a key that names nobody known is refused',
  },
  {
    step: /^key with an unknown duration$/,
    difference: /400 instead of 500/,
    reason: 'a fault of the caller is not one of the server',
  },
  { step: /^user made twice$/, difference: /400 instead of 409/, reason: 'as for teams, customers and budgets there' },
  {
    step: /^administration with a key$/,
    difference: /403 instead of 401/,
    reason: 'who is known and may not is forbidden',
  },
  { step: /^call of a model that the key may not use$/, difference: /403/, reason: 'the same' },
  { step: /^customer (?:un)?blocked$/, difference: /200 instead of/, reason: 'there it fails' },
  { step: /^key regenerated$/, difference: /200 instead of 500/, reason: 'there it is for paying customers' },
  { step: /^parameters of a model$/, difference: /404/, reason: 'of models that can be called here' },
  {
    step: /^model (?:made|deleted)$/,
    difference: /status/,
    reason: 'an address of the own network is named by who runs the gateway, not over the API',
  },
  {
    step: /^model (?:info|group info)$/,
    difference: /./,
    reason: "what is known of a server of one's own is what its owner says",
  },
  {
    step: /^tokens of a call$/,
    difference: /error is missing/,
    reason: 'a count that failed is an error, not a field of an answer',
  },
  {
    step: /^member$/,
    difference: /updated_(?:users|team_memberships)/,
    reason: 'the rows are at /user/info and /team/info',
  },
  {
    step: /^teams/,
    difference: /(?:team_memberships|keys|members_count|keys_count) is missing/,
    reason: 'they are at /team/info',
  },
  { step: /^organization deleted$/, difference: /(?:members|teams) is missing/, reason: 'nothing is left of them' },
  {
    step: /^user$/,
    difference: /(?:aliases|key|allowed_routes) is missing/,
    reason: 'no key was made, and so there are no fields of one',
  },
  { step: /^health, ready$/, difference: /db is missing/, reason: 'it serves while its database is away' },
  {
    step: /^spend logs$/,
    difference:
      /completionStartTime|error_information|additional_usage_values|team_id|organization_id|session_id|proxy_server_request/,
    reason: 'null where there was no first byte, team or session; causes are in words, tracebacks nowhere',
  },
];
