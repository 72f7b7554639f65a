/** What becomes of a setting of a LiteLLM file. */
export type Treatment =
  | { readonly as: 'honoured' }
  /** Nothing to do: it asks for what is so anyway, or only describes. */
  | { readonly as: 'met' }
  | { readonly as: 'ignored'; readonly reason: string }
  /** Without it more would be let through: it stops the start. */
  | { readonly as: 'restricting'; readonly reason: string };

const honoured: Treatment = { as: 'honoured' };
const met: Treatment = { as: 'met' };

function ignored(reason: string): Treatment {
  return { as: 'ignored', reason };
}

function restricting(reason: string): Treatment {
  return { as: 'restricting', reason };
}

function each(treatment: Treatment, names: string): Readonly<Record<string, Treatment>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, treatment]));
}

const noExporters = ignored('there are no exporters yet');
const noCache = ignored('there is no response cache yet');
const noAlerts = ignored('there are no alerts yet');
const oneLedger = ignored('spend is booked by the journal, at once');
const guardrails = restricting('there are no guardrails yet');
const rights = restricting('this rule of access is not kept');
const rates = restricting('this limit is not kept');

/** Every setting of LiteLLM's that is known, by section. What is not here is named as unknown. */
export const litellmTreatments: Readonly<Record<string, Readonly<Record<string, Treatment>>>> = {
  top: {
    ...each(
      honoured,
      'model_list litellm_settings router_settings general_settings environment_variables credential_list include',
    ),
    ...each(guardrails, 'guardrails policies policy_attachments'),
    ...each(noExporters, 'callback_settings'),
    ...each(ignored('there is no MCP gateway'), 'mcp_servers mcp_tools mcp_settings toolsets'),
    ...each(ignored('prompts are not managed here'), 'prompts'),
    ...each(
      ignored('there is no such door yet'),
      'vector_store_registry search_tools files_settings finetune_settings assistant_settings agents agent_list',
    ),
    ...each(ignored('single sign-on is set by its variables, or by sign_on'), 'sso_settings'),
  },
  litellm_settings: {
    ...each(
      honoured,
      'request_timeout num_retries fallbacks context_window_fallbacks content_policy_fallbacks default_fallbacks',
    ),
    ...each(
      honoured,
      'allowed_fails cooldown_time budget_exceeded_status_code model_alias_map ssl_verify drop_params network_mock enable_json_schema_validation',
    ),
    ...each(honoured, 'model_group_settings'),
    ...each(honoured, 'callbacks success_callback failure_callback service_callbacks turn_off_message_logging'),
    ...each(
      met,
      'redact_user_api_key_info redact_messages_in_exceptions set_verbose telemetry json_logs suppress_debug_info',
    ),
    ...each(met, 'enable_preview_features local_model_cost_map'),
    ...each(ignored('parameters go upstream as they came'), 'modify_params additional_drop_params'),
    ...each(noCache, 'cache cache_params enable_redis_auth_cache enable_caching_on_provider_specific_optional_params'),
    ...each(
      guardrails,
      'guardrails llm_guard_mode banned_keywords_list blocked_user_list output_parse_pii presidio_ad_hoc_recognizers',
    ),
    ...each(
      honoured,
      'max_budget budget_duration max_internal_user_budget internal_user_budget_duration max_user_budget max_end_user_budget max_end_user_budget_id',
    ),
    ...each(honoured, 'tag_budget_config timezone default_internal_user_params'),
    ...each(rights, 'key_generation_settings'),
    ...each(honoured, 'upperbound_key_generate_params default_key_generate_params'),
    ...each(honoured, 'priority_reservation priority_reservation_settings'),
    ...each(rights, 'default_team_params'),
    ...each(
      noExporters,
      'default_team_settings langfuse_default_tags s3_callback_params gcs_pub_sub_use_v1 datadog_params datadog_llm_observability_params',
    ),
    ...each(
      noExporters,
      'prometheus_initialize_budget_metrics prometheus_metrics_config custom_prometheus_metadata_labels custom_prometheus_tags',
    ),
    ...each(ignored('costs are booked as they are'), 'cost_discount_config cost_margin_config'),
    ...each(ignored('connections take the address family that answers'), 'force_ipv4'),
    ...each(ignored('keys may have any alias'), 'enable_key_alias_format_validation key_alias_pattern'),
    ...each(ignored('there is no MCP gateway'), 'mcp_aliases mcp_semantic_tool_filter'),
    ...each(
      ignored('each call goes out in the dialect that its deployment speaks'),
      'route_all_chat_openai_to_responses use_chat_completions_url_for_anthropic_messages',
    ),
    ...each(
      ignored('lists show what the key may use'),
      'public_model_groups public_model_groups_links public_mcp_servers public_agent_groups',
    ),
    ...each(ignored('tokens count in both directions'), 'token_rate_limit_type'),
    ...each(
      ignored('connections are pooled by the gateway'),
      'aiohttp_trust_env disable_aiohttp_transport ssl_certificate ssl_security_level',
    ),
  },
  router_settings: {
    ...each(
      honoured,
      'routing_strategy num_retries timeout stream_timeout fallbacks context_window_fallbacks content_policy_fallbacks',
    ),
    ...each(
      honoured,
      'routing_strategy_args default_fallbacks max_fallbacks allowed_fails allowed_fails_policy cooldown_time disable_cooldowns model_group_alias',
    ),
    ...each(honoured, 'default_litellm_params default_priority'),
    ...each(honoured, 'default_max_parallel_requests redis_url redis_host redis_port redis_password'),
    ...each(met, 'enable_pre_call_checks ignore_invalid_deployments set_verbose debug_level client_ttl redis_db'),
    ...each(honoured, 'retry_policy model_group_retry_policy retry_after'),
    ...each(noCache, 'cache_responses caching_groups cache_kwargs'),
    ...each(
      honoured,
      'enable_health_check_routing health_check_staleness_threshold health_check_ignore_transient_errors',
    ),
    ...each(honoured, 'optional_pre_call_checks deployment_affinity_ttl_seconds model_group_affinity_config'),
    ...each(met, 'polling_interval'),
    ...each(noAlerts, 'alerting_config'),
    ...each(honoured, 'provider_budget_config enable_tag_filtering tag_filtering_match_any'),
  },
  general_settings: {
    ...each(honoured, 'enforced_params enforce_user_param'),
    ...each(honoured, 'master_key database_url max_request_size_mb disable_spend_logs global_max_parallel_requests'),
    ...each(
      met,
      'store_model_in_db supported_db_objects fail_closed_budget_enforcement fail_closed_rate_limit_enforcement',
    ),
    ...each(met, 'disable_adding_master_key_hash_to_db disable_master_key_return block_robots litellm_license'),
    ...each(
      ignored('the pool sizes itself'),
      'database_connection_pool_limit database_connection_timeout database_type database_args',
    ),
    ...each(
      ignored('money fails closed'),
      'allow_requests_on_db_unavailable disable_budget_reservation disable_reset_budget disable_spend_updates',
    ),
    ...each(
      oneLedger,
      'proxy_batch_write_at proxy_budget_rescheduler_min_time proxy_budget_rescheduler_max_time proxy_batch_polling_interval use_redis_transaction_buffer',
    ),
    ...each(
      ignored('keys are in memory and a change reaches them at once'),
      'user_api_key_cache_ttl invalid_virtual_key_cache_ttl',
    ),
    ...each(ignored('failed calls are in the request log'), 'disable_error_logs'),
    ...each(honoured, 'store_prompts_in_spend_logs maximum_spend_logs_retention_period'),
    ...each(met, 'maximum_spend_logs_retention_interval maximum_spend_logs_cleanup_cron'),
    ...each(honoured, 'background_health_checks health_check_interval'),
    ...each(
      honoured,
      'enable_health_check_routing health_check_staleness_threshold health_check_ignore_transient_errors',
    ),
    ...each(ignored('eight deployments are asked at once'), 'health_check_concurrency'),
    ...each(ignored('GET /health tells all that is known'), 'health_check_details'),
    ...each(
      ignored('probes cost nothing, and ask for no model by its name'),
      'health_check_skip_disabled_background_models',
    ),
    ...each(ignored('each process asks for itself, which costs nothing'), 'use_shared_health_check'),
    ...each(
      noAlerts,
      'alerting alerting_threshold alert_types alert_to_webhook_url alerting_args alert_type_config spend_report_frequency',
    ),
    ...each(
      ignored('use /pass/{credential}/ once it is there'),
      'pass_through_endpoints use_client_credentials_pass_through_routes',
    ),
    ...each(honoured, 'forward_client_headers_to_llm_api'),
    ...each(
      ignored("a caller's own key goes upstream where a credential says auth: caller, and nowhere else"),
      'forward_llm_provider_auth_headers',
    ),
    ...each(ignored("the organization is the credential's own"), 'forward_openai_org_id'),
    ...each(ignored('providers are not told who calls'), 'add_user_information_to_llm_headers'),
    ...each(ignored('secrets come from variables and files'), 'key_management_system key_management_settings'),
    ...each(ignored('the caller is named by the key and by user'), 'user_header_name user_header_mappings'),
    ...each(ignored('keys are taken from the usual headers'), 'litellm_key_header_name'),
    ...each(ignored('usage is always read'), 'always_include_stream_usage'),
    ...each(ignored('the id is in the headers'), 'include_call_id_in_error_body'),
    ...each(ignored('there is one plane'), 'control_plane_url worker_registry proxy_config_reload_interval'),
    ...each(
      ignored('single sign-on is by OpenID Connect alone'),
      'custom_sso custom_ui_sso_sign_in_handler proxy_admin_jwt_scope',
    ),
    ...each(
      ignored('well-known master keys are taken on loopback only'),
      'dangerously_permit_weak_or_unset_master_key',
    ),
    ...each(ignored('the address of the connection counts'), 'use_x_forwarded_for'),
    ...each(honoured, 'enable_jwt_auth litellm_jwtauth'),
    ...each(ignored('it belongs to a way of access that is not offered'), 'oauth2_config_mappings ui_access_mode'),
    ...each(rates, 'max_parallel_requests max_response_size_mb'),
    ...each(rights, 'allowed_routes public_routes admin_only_routes allowed_ips'),
    ...each(rights, 'reject_clientside_metadata_tags default_team_disabled role_permissions enforce_rbac'),
    ...each(
      restricting('callers are known by their keys and tokens only'),
      'custom_auth custom_auth_run_common_checks enable_oauth2_auth enable_oauth2_proxy_auth',
    ),
    ...each(restricting('keys are made without hooks'), 'custom_key_generate custom_key_update'),
    ...each(
      restricting('callers choose the model'),
      'completion_model embedding_model image_generation_model moderation_model',
    ),
  },
  litellm_params: {
    ...each(
      honoured,
      'model custom_llm_provider api_key api_base base_url api_version organization extra_headers headers',
    ),
    ...each(
      honoured,
      'timeout stream_timeout weight rpm tpm order max_parallel_requests litellm_credential_name mock_response',
    ),
    ...each(
      honoured,
      'aws_access_key_id aws_secret_access_key aws_session_token aws_region_name aws_role_name aws_session_name aws_external_id aws_profile_name aws_bedrock_runtime_endpoint',
    ),
    ...each(
      honoured,
      'vertex_project vertex_location vertex_credentials region_name tenant_id client_id client_secret',
    ),
    ...each(met, 'use_in_pass_through use_litellm_proxy use_xai_oauth merge_reasoning_content_in_choices rust'),
    ...each(honoured, 'max_retries num_retries default_api_key_rpm_limit default_api_key_tpm_limit'),
    ...each(ignored('it is set for all deployments at once'), 'cooldown_time'),
    ...each(
      ignored('parameters go upstream as they came'),
      'drop_params additional_drop_params allowed_openai_params cache_control_injection_points use_chat_completions_api',
    ),
    ...each(honoured, 'tags tag_regex'),
    ...each(honoured, 'max_budget budget_duration itpm otpm'),
    ...each(ignored('callers do not bring keys of their own'), 'configurable_clientside_auth_params'),
  },
};
