/** Whose words for routing a gateway knows: OpenRouter's `provider` and its kin, or LiteLLM's `tags` and its kin. */
export type RoutingFamily = 'openrouter-fields' | 'litellm-fields';
