/** LiteLLM's prefixes where they differ from the names of our providers. */
const PREFIXES: Readonly<Record<string, string>> = {
  azure_text: 'azure',
  azure_ai: 'azure-ai',
  'text-completion-openai': 'openai',
  'text-completion-codestral': 'mistral',
  codestral: 'mistral',
  anthropic_text: 'anthropic',
  bedrock_converse: 'bedrock',
  bedrock_mantle: 'bedrock',
  vertex_ai: 'vertex',
  vertex_ai_beta: 'vertex',
  google_ai_studio: 'gemini',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  cohere_chat: 'cohere',
  ollama_chat: 'ollama',
  hosted_vllm: 'vllm',
  nvidia_nim: 'nvidia',
  github: 'github-models',
  github_copilot: 'github-copilot',
  lm_studio: 'lm-studio',
  litellm_proxy: 'litellm-proxy',
  openai_like: 'openai-compatible',
  custom_openai: 'openai-compatible',
  openai_compatible: 'openai-compatible',
  jina_ai: 'jina',
  vercel_ai_gateway: 'vercel',
  dashscope: 'alibaba',
  cloudflare: 'cloudflare',
  featherless_ai: 'featherless',
  aiml: 'aimlapi',
  ai21_chat: 'ai21',
  llamafile: 'llamafile',
  meta_llama: 'meta',
  watsonx_text: 'watsonx',
};

/** Models that LiteLLM knows without a prefix. */
const BARE: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [/^(?:gpt-|chatgpt-|o[1-9](?:-|$)|text-embedding-|text-moderation|omni-moderation|dall-e-|whisper-|tts-|codex-|ft:gpt-|davinci|babbage)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'gemini'],
  [/^command-|^embed-(?:english|multilingual)|^rerank-/, 'cohere'],
];

/** Hosts where `api_base` says what is so anyway. */
const OWN_HOSTS: Readonly<Record<string, string>> = {
  openai: 'api.openai.com',
  anthropic: 'api.anthropic.com',
  gemini: 'generativelanguage.googleapis.com',
  openrouter: 'openrouter.ai',
  groq: 'api.groq.com',
  mistral: 'api.mistral.ai',
  deepseek: 'api.deepseek.com',
  xai: 'api.x.ai',
  together: 'api.together.xyz',
  fireworks: 'api.fireworks.ai',
  perplexity: 'api.perplexity.ai',
  cerebras: 'api.cerebras.ai',
  deepinfra: 'api.deepinfra.com',
};

export type LitellmTarget = { readonly provider: string; readonly upstreamModel: string; readonly baseUrl: string | null };

/**
 * The provider and upstream name behind LiteLLM's `model`. `isKnown` says whether a provider of ours has that id. null:
 * nothing says whose model it is.
 */
export function litellmTarget(
  model: string,
  customProvider: string | null,
  apiBase: string | null,
  isKnown: (id: string) => boolean,
): LitellmTarget | null {
  const slash = model.indexOf('/');
  const prefix = slash > 0 ? model.slice(0, slash) : null;
  const rest = model.slice(slash + 1);
  if (customProvider !== null) return target(customProvider, prefix === customProvider ? rest : model, apiBase);
  if (prefix !== null && (Object.hasOwn(PREFIXES, prefix) || isKnown(providerOf(prefix)))) return target(prefix, rest, apiBase);
  const bare = BARE.find(([pattern]) => pattern.test(model));
  if (bare !== undefined) return target(bare[1], model, apiBase);
  // A prefix that nobody here knows: its provider is named, so that the notice can say which one is missing.
  return prefix === null ? (apiBase === null ? null : target('openai', model, apiBase)) : target(prefix, rest, apiBase);
}

function providerOf(prefix: string): string {
  return PREFIXES[prefix] ?? prefix.replaceAll('_', '-');
}

function target(prefix: string, name: string, apiBase: string | null): LitellmTarget {
  const provider = providerOf(prefix);
  const upstreamModel = upstreamName(provider, name);
  if (apiBase === null) return { provider, upstreamModel, baseUrl: null };
  const baseUrl = apiBase.replace(/\/+$/, '');
  const host = URL.parse(baseUrl)?.hostname ?? '';
  if (host === OWN_HOSTS[provider]) return { provider, upstreamModel, baseUrl: null };
  if (provider === 'openai' && !host.endsWith('.api.openai.com')) return { provider: 'openai-compatible', upstreamModel, baseUrl };
  return { provider, upstreamModel, baseUrl };
}

/** LiteLLM puts the way to call into the name: `bedrock/converse/…`, `bedrock/us-east-1/…`, `openai/responses/…`. */
function upstreamName(provider: string, name: string): string {
  if (provider === 'bedrock') return name.replace(/^(?:converse|invoke|converse_like|mantle)\//, '').replace(/^[a-z]{2}(?:-[a-z]+)+-\d\//, '');
  if (provider === 'openai' || provider === 'azure') return name.replace(/^(?:responses|chat_completions)\//, '');
  return name;
}
