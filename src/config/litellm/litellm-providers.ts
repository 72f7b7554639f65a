/** LiteLLM's prefixes where they differ from the names of our providers. */
const PREFIXES: Readonly<Record<string, string>> = {
  ai21_chat: 'ai21',
  amazon_nova: 'nova',
  anthropic_text: 'anthropic',
  azure_text: 'azure',
  bedrock_converse: 'bedrock',
  bedrock_mantle: 'bedrock-mantle',
  cohere_chat: 'cohere',
  custom_openai: 'openai-compatible',
  docker_model_runner: 'openai-compatible',
  featherless_ai: 'featherless',
  fireworks_ai: 'fireworks',
  friendliai: 'friendli',
  github: 'github-models',
  google_ai_studio: 'gemini',
  gradient_ai: 'digitalocean',
  hosted_vllm: 'vllm',
  jina_ai: 'jina',
  nvidia_nim: 'nvidia',
  ollama_chat: 'ollama',
  openai_like: 'openai-compatible',
  'text-completion-openai': 'openai',
  together_ai: 'together',
  vercel_ai_gateway: 'vercel',
  vertex_ai: 'vertex',
  vertex_ai_beta: 'vertex',
  xiaomi_mimo: 'xiaomi',
};

/** Models that LiteLLM knows without a prefix. */
const BARE: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [
    /^(?:gpt-|chatgpt-|o[1-9](?:-|$)|text-embedding-|text-moderation|omni-moderation|dall-e-|whisper-|tts-|codex-|ft:gpt-|davinci|babbage)/,
    'openai',
  ],
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

/** At another host than their own these are only something that speaks alike. */
const ELSEWHERE: Readonly<Record<string, { readonly own: RegExp; readonly provider: string }>> = {
  openai: { own: /(?:^|\.)api\.openai\.com$/, provider: 'openai-compatible' },
};

const WAY_TO_CALL = /^(?:responses|chat_completions)\//;
/** LiteLLM puts the way to call, and a region, into the name: `converse/…`, `us-east-1/…`, `responses/…`. */
const WAYS: Readonly<Record<string, RegExp>> = {
  openai: WAY_TO_CALL,
  azure: WAY_TO_CALL,
  bedrock: /^(?:(?:converse|invoke|converse_like)\/)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\/)?/,
};

/** Written as a way to call Bedrock, it is an endpoint of its own. */
const MANTLE = 'bedrock/mantle/';

export type LitellmTarget = {
  readonly provider: string;
  /** The same, wherever it is called: budgets of providers hold for it. */
  readonly kin: string;
  readonly upstreamModel: string;
  /** null: the provider's own. */
  readonly baseUrl: string | null;
  /** Of `bedrock/us-east-1/…`. */
  readonly region: string | null;
};

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
  if (model.startsWith(MANTLE)) return target('bedrock_mantle', model.slice(MANTLE.length), apiBase);
  if (customProvider !== null) return target(customProvider, prefix === customProvider ? rest : model, apiBase);
  if (prefix !== null && (Object.hasOwn(PREFIXES, prefix) || isKnown(providerOf(prefix))))
    return target(prefix, rest, apiBase);
  const bare = BARE.find(([pattern]) => pattern.test(model));
  if (bare !== undefined) return target(bare[1], model, apiBase);
  // A prefix that nobody here knows: its provider is named, so that the notice can say which one is missing.
  return prefix === null ? (apiBase === null ? null : target('openai', model, apiBase)) : target(prefix, rest, apiBase);
}

/** Whether a provider is what another one's name means at a server of one's own. */
export function isAlike(named: string, provider: string): boolean {
  return ELSEWHERE[named]?.provider === provider;
}

/**
 * Whom the secrets of an entry are for: the host of its address, else its provider. Nothing that is not told by
 * `model`, `custom_llm_provider`, or the address.
 */
export function litellmReceiver(params: Readonly<Record<string, unknown>>, isKnown: (id: string) => boolean): string {
  const textOf = (name: string): string | null => {
    const value = params[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const address = textOf('api_base') ?? textOf('base_url') ?? textOf('aws_bedrock_runtime_endpoint');
  if (address !== null) return URL.parse(address)?.origin ?? address;
  const model = textOf('model');
  if (model === null) return '';
  return litellmTarget(model, textOf('custom_llm_provider'), null, isKnown)?.provider ?? model;
}

/** Our name for a provider of LiteLLM's. */
export function providerOf(prefix: string): string {
  return PREFIXES[prefix] ?? prefix.replaceAll('_', '-');
}

function target(prefix: string, name: string, apiBase: string | null): LitellmTarget {
  const provider = providerOf(prefix);
  const way = WAYS[provider]?.exec(name);
  const found = {
    provider,
    kin: provider,
    upstreamModel: name.slice(way?.[0].length ?? 0),
    region: way?.groups?.region ?? null,
    baseUrl: null,
  };
  if (apiBase === null) return found;
  const baseUrl = apiBase.replace(/\/+$/, '');
  const host = URL.parse(baseUrl)?.hostname ?? '';
  if (host === OWN_HOSTS[provider]) return found;
  const elsewhere = ELSEWHERE[provider];
  return {
    ...found,
    baseUrl,
    provider: elsewhere === undefined || elsewhere.own.test(host) ? provider : elsewhere.provider,
  };
}
