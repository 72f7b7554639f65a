import type { OpenAiExtra, ProviderId } from '../inference/index.ts';
import type { Operation, ProviderRow } from './provider-row.ts';

const CHAT = { 'openai-chat': '/chat/completions' } as const;
const COMPLETIONS = { 'openai-completions': '/completions' } as const;
const EMBEDDINGS = { 'openai-embeddings': '/embeddings' } as const;
const EVERYTHING = { ...CHAT, ...COMPLETIONS, ...EMBEDDINGS } as const;
const CHAT_EMBEDDINGS = { ...CHAT, ...EMBEDDINGS } as const;
const CHAT_COMPLETIONS = { ...CHAT, ...COMPLETIONS } as const;
const RESPONSES = { 'openai-responses': '/responses' } as const;
const COMPACT = { 'openai-compact': '/responses/compact' } as const;

/** Anthropic's API, at home or as others offer it beside their own; its SDKs add the version to any base URL. */
function messages(
  basePath: string,
  differences: Partial<Operation> = {},
): { readonly 'anthropic-messages': Operation } {
  const headers = { 'anthropic-version': '2023-06-01' };
  return { 'anthropic-messages': { path: '/messages', basePath, headers, ...differences } };
}

const GEMINI = {
  'gemini-generate': {
    path: '/models/{model}:generateContent',
    streamPath: '/models/{model}:streamGenerateContent?alt=sse',
    countPath: '/models/{model}:countTokens',
    isVersioned: true,
  },
  'gemini-batch-embed': { path: '/models/{model}:batchEmbedContents', isVersioned: true },
  'gemini-embed': { path: '/models/{model}:embedContent', isVersioned: true },
} as const;

/** Sampling of the servers that run open models; their documentation lists it beside OpenAI's. */
const OPEN_SAMPLING: readonly OpenAiExtra[] = ['top_k', 'min_p', 'repetition_penalty'];
const OPENAI_HINTS: readonly OpenAiExtra[] = [
  'user',
  'prompt_cache_key',
  'service_tier',
  'prompt_cache_breakpoint',
  'search_sources',
];

/** Ollama's own API stands beside the compatible one, without a version. */
const OLLAMA = {
  'ollama-chat': { path: '/api/chat', basePath: '' },
  'ollama-generate': { path: '/api/generate', basePath: '' },
  'ollama-embed': { path: '/api/embed', basePath: '' },
  'ollama-embeddings': { path: '/api/embeddings', basePath: '' },
} as const;

/** Azure's operations: since August 2025 under `/openai/v1`, before that under a folder, with a date. */
function orDated(path: string, folder: string): Operation {
  return { path, dated: { basePath: folder, path: `${path}?api-version={api_version}` } };
}

const MB = 1024 * 1024;
/** Base64 writes three bytes in four letters. */
const letters = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/** The published schema of OpenAI's API; the guide on images and vision. */
const OPENAI_BOUNDS = { temperature: 2, images: 1_500 } as const;
/** Anthropic, Images and vision: 5 MB in base64 on Amazon Bedrock and Google Cloud. */
const CLAUDE_IN_CLOUDS = 5 * MB;

const AZURE_DEPLOYMENT = '/openai/deployments/{model}';
const BEDROCK_INVOKE = {
  path: '/model/{model}/invoke',
  streamPath: '/model/{model}/invoke-with-response-stream',
} as const;
const BEDROCK_COUNT = '/model/{model}/count-tokens';

/** Foundry has Claude behind Anthropic's own API alone. Deployments are named freely; the usual name is the model's. */
const CLAUDE = /claude/i;
const NOT_CLAUDE = /^(?!.*claude)/i;

/** Where Bedrock's second endpoint has OpenAI's own models and Gemma 4 (AWS's model cards, Programmatic access). */
const MANTLE_OPENAI = { models: /^(?:openai\.gpt-\d|google\.gemma-4-)/, basePath: '/openai/v1' };
/** Not for training, but kept for a while to find abuse. */
const KEPT_A_WHILE = { collects: false, retains: true } as const;
/** Not for training; whether they are kept depends on the model or on how the account is set up. */
const NOT_FOR_TRAINING = { collects: false, retains: null } as const;

type Differences = Pick<ProviderRow, 'name' | 'baseUrl' | 'variables'> & Partial<ProviderRow>;

/** A row says only where a provider is not like most: a bearer key, chat only, `max_tokens`, usage on request. */
function row(differences: Differences): ProviderRow {
  return {
    basePath: differences.baseUrl === null ? '/v1' : pathOf(differences.baseUrl),
    baseUrlsElsewhere: [],
    addressParts: [],
    signing: null,
    auth: 'bearer',
    ambient: false,
    speaks: CHAT,
    streamUsage: 'include',
    outputLimit: 'max_tokens',
    makerOf: [],
    aggregator: false,
    routesBy: null,
    local: false,
    sandbox: false,
    bearerKeys: null,
    pricedAs: null,
    alsoCalled: [],
    data: { collects: null, retains: null },
    quirks: [],
    takes: [],
    bounds: [],
    ...differences,
  };
}

/** A server that people run themselves: all three operations, a key only if they set one. */
function localRow(differences: Differences): ProviderRow {
  const usual = { auth: 'optional-bearer', speaks: EVERYTHING, outputLimit: 'both', local: true } as const;
  return row({ ...usual, takes: OPEN_SAMPLING, ...differences });
}

function pathOf(baseUrl: string): string {
  const { pathname } = new URL(baseUrl);
  return pathname === '/' ? '' : pathname;
}

/** Base URLs and variables as the providers' own documentation gives them; docs/providers.md lists them. */
export const providers = {
  // Makers of models.
  openai: row({
    name: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    variables: ['OPENAI_API_KEY'],
    speaks: {
      ...EVERYTHING,
      'openai-responses': { path: '/responses', countPath: '/responses/input_tokens' },
      ...COMPACT,
    },
    // Reasoning models refuse max_tokens; every chat model takes the newer name.
    outputLimit: 'max_completion_tokens',
    // Not `gpt-` alone: gpt-oss is open, and not served there.
    makerOf: [
      'gpt-3',
      'gpt-4',
      'gpt-5',
      'gpt-6',
      'gpt-audio',
      'gpt-realtime',
      'chatgpt-',
      'o1',
      'o3',
      'o4-',
      'codex-',
      'text-embedding-3-',
      'text-embedding-ada-',
      'davinci-',
      'babbage-',
    ],
    pricedAs: 'openai',
    takes: [...OPENAI_HINTS, 'custom_tools'],
    bounds: [OPENAI_BOUNDS],
    data: KEPT_A_WHILE,
  }),
  anthropic: row({
    name: 'Anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    variables: ['ANTHROPIC_API_KEY'],
    auth: { header: 'x-api-key' },
    // Not its compatible endpoint: that one knows neither cache marks nor signed thoughts, and ignores response_format.
    speaks: messages('/v1', { isVersioned: true, countPath: '/messages/count_tokens' }),
    bearerKeys: 'sk-ant-oat',
    makerOf: ['claude-'],
    pricedAs: 'anthropic',
    data: KEPT_A_WHILE,
  }),
  gemini: row({
    name: 'Google Gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    variables: ['GEMINI_API_KEY'],
    auth: { header: 'x-goog-api-key' },
    // Not its compatible endpoint: that one has no cached content, no grounding and no place for most signatures.
    speaks: GEMINI,
    makerOf: ['gemini-', 'gemma-'],
    pricedAs: 'google',
    // Image understanding, File limit; the discovery document.
    bounds: [{ temperature: 2, images: 3_600 }],
    alsoCalled: ['google-ai-studio'],
    // Not for training where the project pays; otherwise it is.
    data: { collects: null, retains: true },
  }),
  mistral: row({
    name: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    variables: ['MISTRAL_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    streamUsage: 'always',
    makerOf: [
      'mistral-',
      'ministral-',
      'magistral-',
      'codestral-',
      'devstral-',
      'pixtral-',
      'voxtral-',
      'open-mistral-',
      'open-mixtral-',
      'open-codestral-',
    ],
    pricedAs: 'mistral',
    quirks: [
      'drop-stream-options',
      'rename-max-completion-tokens',
      'rename-seed',
      'rename-dimensions',
      'drop-store',
      'drop-end-user',
      'rename-developer-role',
      'keep-mistral-message-fields',
    ],
    // Its API reference; Vision: eight images of 10 MB.
    bounds: [{ temperature: 1.5, images: 8, imageLetters: letters(10 * MB) }],
  }),
  deepseek: row({
    name: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    variables: ['DEEPSEEK_API_KEY'],
    speaks: { ...CHAT, ...messages('/anthropic/v1', { auth: { header: 'x-api-key' } }) },
    makerOf: ['deepseek-'],
    pricedAs: 'deepseek',
    quirks: ['rename-max-completion-tokens', 'rename-developer-role', 'disable-thinking-by-type'],
    takes: ['reasoning_content'],
    bounds: [{ temperature: 2 }],
  }),
  xai: row({
    name: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    variables: ['XAI_API_KEY'],
    speaks: { ...CHAT_COMPLETIONS, ...RESPONSES, ...messages('/v1') },
    outputLimit: 'both',
    makerOf: ['grok-'],
    pricedAs: 'x-ai',
    quirks: ['drop-neutral-parameters'],
    // Image input: 20 MiB each, as many as one likes.
    bounds: [{ temperature: 2, imageLetters: letters(20 * MB) }],
    alsoCalled: ['x-ai'],
  }),
  cohere: row({
    name: 'Cohere',
    baseUrl: 'https://api.cohere.com',
    variables: ['COHERE_API_KEY', 'CO_API_KEY'],
    // Not its compatible endpoint: documents, citations and what embeddings are for are in its own API alone.
    speaks: { 'cohere-chat': '/v2/chat', 'cohere-embed': '/v2/embed' },
    makerOf: ['command-', 'c4ai-', 'embed-english-', 'embed-multilingual-', 'embed-v'],
    pricedAs: 'cohere',
    // Its documentation of errors: "temperature must be between 0 and 1.0 inclusive".
    bounds: [{ temperature: 1 }],
  }),
  perplexity: row({
    name: 'Perplexity',
    baseUrl: 'https://api.perplexity.ai',
    variables: ['PERPLEXITY_API_KEY', 'PERPLEXITYAI_API_KEY'],
    streamUsage: 'always',
    makerOf: ['sonar'],
    pricedAs: 'perplexity',
    quirks: ['rename-max-completion-tokens', 'join-turns'],
  }),
  moonshot: row({
    name: 'Moonshot AI',
    baseUrl: 'https://api.moonshot.ai/v1',
    variables: ['MOONSHOT_API_KEY'],
    speaks: { ...CHAT, ...messages('/anthropic/v1') },
    outputLimit: 'both',
    makerOf: ['kimi-', 'moonshot-'],
    pricedAs: 'moonshotai',
    takes: ['reasoning_content'],
    bounds: [{ temperature: 1 }],
    alsoCalled: ['moonshotai'],
  }),
  dashscope: row({
    name: 'Alibaba Cloud Model Studio',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    variables: ['DASHSCOPE_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    makerOf: ['qwen', 'qwq-', 'qvq-'],
    quirks: ['rename-max-completion-tokens', 'rename-developer-role', 'disable-thinking-by-flag'],
    alsoCalled: ['alibaba'],
  }),
  zai: row({
    name: 'Z.ai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    variables: ['ZAI_API_KEY'],
    speaks: { ...CHAT, ...messages('/api/anthropic/v1', { auth: { header: 'x-api-key' } }) },
    makerOf: ['glm-'],
    pricedAs: 'zai',
    quirks: ['rename-max-completion-tokens', 'rename-developer-role', 'disable-thinking-by-type'],
    takes: ['reasoning_content'],
    bounds: [{ temperature: 1 }],
    alsoCalled: ['z-ai'],
  }),
  zhipu: row({
    name: 'Zhipu BigModel',
    baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
    variables: ['ZHIPUAI_API_KEY', 'ZHIPU_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    quirks: ['rename-max-completion-tokens', 'rename-developer-role', 'disable-thinking-by-type'],
    bounds: [{ temperature: 1 }],
  }),
  minimax: row({
    name: 'MiniMax',
    baseUrl: 'https://api.minimax.io/v1',
    variables: ['MINIMAX_API_KEY'],
    speaks: { ...CHAT, ...messages('/anthropic/v1', { auth: { header: 'x-api-key' } }) },
    outputLimit: 'both',
    makerOf: ['minimax-'],
    pricedAs: 'minimax',
    bounds: [{ temperature: 1 }],
  }),
  volcengine: row({
    name: 'Volcengine Ark',
    baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
    variables: ['ARK_API_KEY', 'VOLCENGINE_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    outputLimit: 'both',
    makerOf: ['doubao-'],
  }),
  stepfun: row({
    name: 'StepFun',
    baseUrl: 'https://api.stepfun.com/v1',
    variables: ['STEPFUN_API_KEY'],
    makerOf: ['step-'],
  }),
  ai21: row({
    name: 'AI21',
    baseUrl: 'https://api.ai21.com/studio/v1',
    variables: ['AI21_API_KEY'],
    streamUsage: 'always',
    makerOf: ['jamba-'],
    quirks: ['drop-stream-options', 'rename-max-completion-tokens'],
  }),
  upstage: row({
    name: 'Upstage',
    baseUrl: 'https://api.upstage.ai/v1',
    variables: ['UPSTAGE_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    makerOf: ['solar-'],
  }),
  reka: row({
    name: 'Reka',
    baseUrl: 'https://api.reka.ai/v1',
    variables: ['REKA_API_KEY'],
    makerOf: ['reka-'],
  }),
  inception: row({
    name: 'Inception',
    baseUrl: 'https://api.inceptionlabs.ai/v1',
    variables: ['INCEPTION_API_KEY'],
    makerOf: ['mercury'],
  }),
  morph: row({
    name: 'Morph',
    baseUrl: 'https://api.morphllm.com/v1',
    variables: ['MORPH_API_KEY'],
    makerOf: ['morph-'],
  }),
  arcee: row({
    name: 'Arcee',
    baseUrl: 'https://api.arcee.ai/api/v1',
    variables: ['ARCEEAI_API_KEY', 'ARCEE_API_KEY'],
    makerOf: ['trinity-'],
    pricedAs: 'arcee',
  }),
  sarvam: row({
    name: 'Sarvam',
    baseUrl: 'https://api.sarvam.ai/v1',
    variables: ['SARVAM_API_KEY'],
    makerOf: ['sarvam-'],
  }),
  xiaomi: row({
    name: 'Xiaomi MiMo',
    baseUrl: 'https://api.xiaomimimo.com/v1',
    variables: ['XIAOMI_API_KEY', 'XIAOMI_MIMO_API_KEY'],
    outputLimit: 'both',
    makerOf: ['mimo-'],
  }),
  jina: row({
    name: 'Jina AI',
    baseUrl: 'https://api.jina.ai/v1',
    variables: ['JINA_API_KEY'],
    speaks: EMBEDDINGS,
    makerOf: ['jina-'],
  }),

  // Companies that run other makers' models.
  groq: row({
    name: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    variables: ['GROQ_API_KEY'],
    speaks: { ...CHAT, ...RESPONSES },
    outputLimit: 'both',
    pricedAs: 'groq',
    quirks: ['drop-message-names', 'drop-neutral-parameters'],
    // Images and Vision: five images, 4 MB for a request with one in base64.
    bounds: [{ temperature: 2, images: 5, imageLetters: 4 * MB }],
    data: NOT_FOR_TRAINING,
  }),
  cerebras: row({
    name: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    variables: ['CEREBRAS_API_KEY'],
    speaks: CHAT_COMPLETIONS,
    outputLimit: 'both',
    pricedAs: 'cerebras',
    quirks: ['drop-store', 'rename-developer-role', 'drop-neutral-parameters'],
    bounds: [{ temperature: 1.5 }],
  }),
  together: row({
    name: 'Together AI',
    baseUrl: 'https://api.together.xyz/v1',
    variables: ['TOGETHER_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_API_KEY'],
    speaks: EVERYTHING,
    pricedAs: 'together',
    takes: OPEN_SAMPLING,
  }),
  fireworks: row({
    name: 'Fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    variables: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY'],
    speaks: EVERYTHING,
    outputLimit: 'both',
    pricedAs: 'fireworks',
    takes: OPEN_SAMPLING,
    data: { collects: false, retains: false },
  }),
  deepinfra: row({
    name: 'DeepInfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    variables: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'],
    speaks: EVERYTHING,
    takes: OPEN_SAMPLING,
  }),
  nvidia: row({
    name: 'NVIDIA NIM',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    variables: ['NVIDIA_API_KEY', 'NVIDIA_NIM_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
  }),
  sambanova: row({
    name: 'SambaNova',
    baseUrl: 'https://api.sambanova.ai/v1',
    variables: ['SAMBANOVA_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    outputLimit: 'both',
  }),
  novita: row({
    name: 'Novita',
    baseUrl: 'https://api.novita.ai/openai/v1',
    variables: ['NOVITA_API_KEY'],
    speaks: EVERYTHING,
    pricedAs: 'novita',
  }),
  hyperbolic: row({
    name: 'Hyperbolic',
    baseUrl: 'https://api.hyperbolic.xyz/v1',
    variables: ['HYPERBOLIC_API_KEY'],
    speaks: CHAT_COMPLETIONS,
  }),
  nebius: row({
    name: 'Nebius Token Factory',
    baseUrl: 'https://api.tokenfactory.nebius.com/v1',
    variables: ['NEBIUS_API_KEY'],
    speaks: EVERYTHING,
    outputLimit: 'both',
  }),
  siliconflow: row({
    name: 'SiliconFlow',
    baseUrl: 'https://api.siliconflow.com/v1',
    variables: ['SILICONFLOW_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
  }),
  baseten: row({
    name: 'Baseten',
    baseUrl: 'https://inference.baseten.co/v1',
    variables: ['BASETEN_API_KEY'],
    outputLimit: 'both',
    pricedAs: 'baseten',
  }),
  friendli: row({
    name: 'Friendli',
    baseUrl: 'https://api.friendli.ai/serverless/v1',
    variables: ['FRIENDLI_TOKEN'],
    speaks: CHAT_COMPLETIONS,
  }),
  featherless: row({
    name: 'Featherless',
    baseUrl: 'https://api.featherless.ai/v1',
    variables: ['FEATHERLESS_API_KEY', 'FEATHERLESS_AI_API_KEY'],
    speaks: CHAT_COMPLETIONS,
  }),
  'inference-net': row({
    name: 'Inference.net',
    baseUrl: 'https://api.inference.net/v1',
    variables: ['INFERENCE_API_KEY'],
  }),
  parasail: row({
    name: 'Parasail',
    baseUrl: 'https://api.parasail.io/v1',
    variables: ['PARASAIL_API_KEY'],
    speaks: EVERYTHING,
  }),
  chutes: row({
    name: 'Chutes',
    baseUrl: 'https://llm.chutes.ai/v1',
    variables: ['CHUTES_API_KEY'],
    speaks: CHAT_COMPLETIONS,
  }),
  venice: row({
    name: 'Venice',
    baseUrl: 'https://api.venice.ai/api/v1',
    variables: ['VENICE_API_KEY', 'VENICE_AI_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    outputLimit: 'both',
  }),
  doubleword: row({
    name: 'Doubleword',
    baseUrl: 'https://api.doubleword.ai/v1',
    variables: ['DOUBLEWORD_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    pricedAs: 'doubleword',
  }),
  nscale: row({
    name: 'Nscale',
    baseUrl: 'https://inference.api.nscale.com/v1',
    variables: ['NSCALE_SERVICE_TOKEN', 'NSCALE_API_KEY'],
  }),
  crusoe: row({ name: 'Crusoe', baseUrl: 'https://api.inference.crusoecloud.com/v1', variables: ['CRUSOE_API_KEY'] }),
  gmi: row({
    name: 'GMI Cloud',
    baseUrl: 'https://api.gmi-serving.com/v1',
    variables: ['GMI_API_KEY', 'GMICLOUD_API_KEY'],
  }),
  avian: row({ name: 'Avian', baseUrl: 'https://api.avian.io/v1', variables: ['AVIAN_API_KEY'], pricedAs: 'avian' }),
  tinfoil: row({ name: 'Tinfoil', baseUrl: 'https://inference.tinfoil.sh/v1', variables: ['TINFOIL_API_KEY'] }),
  synthetic: row({
    name: 'Synthetic',
    baseUrl: 'https://api.synthetic.new/openai/v1',
    variables: ['SYNTHETIC_API_KEY'],
  }),
  'io-net': row({
    name: 'IO Intelligence',
    baseUrl: 'https://api.intelligence.io.solutions/api/v1',
    variables: ['IOINTELLIGENCE_API_KEY'],
  }),
  modelscope: row({
    name: 'ModelScope',
    baseUrl: 'https://api-inference.modelscope.cn/v1',
    variables: ['MODELSCOPE_API_KEY'],
  }),
  'ollama-cloud': row({ name: 'Ollama Cloud', baseUrl: 'https://ollama.com/v1', variables: ['OLLAMA_API_KEY'] }),
  publicai: row({ name: 'Public AI', baseUrl: 'https://api.publicai.co/v1', variables: ['PUBLICAI_API_KEY'] }),

  // Clouds.
  bedrock: row({
    name: 'Amazon Bedrock',
    baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
    baseUrlsElsewhere: [{ place: /^cn-/, baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com.cn' }],
    addressParts: [{ option: 'region', variables: ['AWS_REGION', 'AWS_DEFAULT_REGION'], needed: 'always' }],
    signing: { by: 'aws', service: 'bedrock' },
    variables: [
      'AWS_BEARER_TOKEN_BEDROCK',
      'AWS_ACCESS_KEY_ID',
      'AWS_PROFILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    ],
    ambient: true,
    speaks: {
      'bedrock-converse': {
        path: '/model/{model}/converse',
        streamPath: '/model/{model}/converse-stream',
        countPath: BEDROCK_COUNT,
      },
      // Each maker has a body of its own there; Anthropic's is the one that is known here.
      'bedrock-invoke': { ...BEDROCK_INVOKE, countPath: BEDROCK_COUNT, models: /anthropic\.|^arn:/ },
      // An ARN need not name the maker: such a model is spoken to through Converse, which every model takes.
      'anthropic-messages': {
        ...BEDROCK_INVOKE,
        models: /anthropic\./,
        members: { anthropic_version: 'bedrock-2023-05-31', model: null, stream: null, service_tier: null },
        carrier: 'bedrock-invoke',
      },
      'openai-chat': { path: '/chat/completions', basePath: '/openai/v1', models: /^openai\./ },
      'bedrock-titan-embed': { path: '/model/{model}/invoke', models: /amazon\.titan-embed-text-/ },
      'bedrock-cohere-embed': { path: '/model/{model}/invoke', models: /cohere\.embed-/ },
    },
    outputLimit: 'max_completion_tokens',
    pricedAs: 'aws',
    bounds: [
      // `InferenceConfiguration`: 0 to 1. Claude before 4.6: "too many images and documents: 21 + 0 > 20"; newer ones were
      // seen to take more. For all others `Message` has the numbers: 20 images of 3.75 MB.
      {
        models: /claude-(?:opus|sonnet|haiku|fable)-(?:4-[6-9]|[5-9])(?:\D|$)/,
        temperature: 1,
        imageLetters: CLAUDE_IN_CLOUDS,
      },
      { models: /^arn:/, temperature: 1 },
      { temperature: 1, images: 20, imageLetters: letters(3.75 * MB) },
    ],
  }),
  'bedrock-mantle': row({
    name: 'Amazon Bedrock Mantle',
    baseUrl: 'https://bedrock-mantle.{region}.api.aws',
    basePath: '/v1',
    addressParts: [{ option: 'region', variables: ['AWS_REGION', 'AWS_DEFAULT_REGION'], needed: 'always' }],
    // A service of its own for AWS: bedrock-mantle:CreateInference.
    signing: { by: 'aws', service: 'bedrock-mantle' },
    variables: ['BEDROCK_MANTLE_API_KEY'],
    ambient: true,
    speaks: {
      // OpenAI's own models from GPT-5.4 on answer Responses alone; Claude answers Messages alone.
      'openai-chat': {
        path: '/chat/completions',
        models: /^(?!anthropic\.|openai\.gpt-\d)/,
        elsewhere: MANTLE_OPENAI,
      },
      'openai-responses': { path: '/responses', models: /^(?!anthropic\.)/, elsewhere: MANTLE_OPENAI },
      ...messages('/anthropic/v1', { models: /^anthropic\./ }),
    },
    outputLimit: 'max_completion_tokens',
    pricedAs: 'aws',
    bounds: [{ models: /^anthropic\./, temperature: 1, imageLetters: CLAUDE_IN_CLOUDS }],
    alsoCalled: ['amazon-bedrock'],
    data: NOT_FOR_TRAINING,
  }),
  vertex: row({
    name: 'Google Vertex AI',
    baseUrl: 'https://{location}-aiplatform.googleapis.com',
    basePath: '/v1/projects/{project}/locations/{location}',
    baseUrlsElsewhere: [
      { place: /^global$/, baseUrl: 'https://aiplatform.googleapis.com' },
      { place: /^(us|eu)$/, baseUrl: 'https://aiplatform.{location}.rep.googleapis.com' },
    ],
    addressParts: [
      {
        option: 'project',
        variables: ['GOOGLE_CLOUD_PROJECT', 'VERTEXAI_PROJECT', 'ANTHROPIC_VERTEX_PROJECT_ID'],
        needed: 'always',
      },
      {
        option: 'location',
        variables: ['GOOGLE_CLOUD_LOCATION', 'VERTEXAI_LOCATION', 'CLOUD_ML_REGION'],
        needed: 'always',
      },
    ],
    signing: { by: 'google' },
    variables: ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_CLOUD_PROJECT'],
    ambient: true,
    speaks: {
      'gemini-generate': {
        path: '/publishers/google/models/{model}:generateContent',
        streamPath: '/publishers/google/models/{model}:streamGenerateContent?alt=sse',
        models: /^(?!claude-)[^/]+$/,
      },
      'anthropic-messages': {
        path: '/publishers/anthropic/models/{model}:rawPredict',
        streamPath: '/publishers/anthropic/models/{model}:streamRawPredict',
        models: /^claude-/,
        members: { anthropic_version: 'vertex-2023-10-16', model: null },
      },
      // Models of other makers, as `maker/model`.
      'openai-chat': { path: '/endpoints/openapi/chat/completions', models: /\// },
      'vertex-embed': {
        path: '/publishers/google/models/{model}:predict',
        models: /^(?:text-(?:multilingual-)?embedding-|textembedding-gecko|gemini-embedding-001$)/,
      },
      // The Gemini embeddings that came after the first, one content at a time; the address alone names the model.
      'gemini-embed': {
        path: '/publishers/google/models/{model}:embedContent',
        models: /^gemini-embedding-(?!001$)/,
        members: { model: null },
      },
    },
    quirks: ['drop-server-tool-invocations'],
    pricedAs: 'google',
    // Image understanding on Vertex AI: 3,000 for a prompt to Gemini.
    bounds: [
      { models: /^claude-/, temperature: 1, imageLetters: CLAUDE_IN_CLOUDS },
      { models: /^gemini-/, temperature: 2, images: 3_000 },
    ],
    alsoCalled: ['google-vertex'],
    data: NOT_FOR_TRAINING,
  }),
  azure: row({
    name: 'Azure OpenAI',
    baseUrl: 'https://{resource}.openai.azure.com',
    basePath: '/openai/v1',
    addressParts: [
      { option: 'resource', variables: ['AZURE_OPENAI_RESOURCE'], needed: 'without-base-url' },
      { option: 'api_version', variables: [], needed: 'never' },
    ],
    signing: { by: 'azure', resource: 'https://cognitiveservices.azure.com' },
    variables: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
    auth: { header: 'api-key' },
    speaks: {
      'openai-chat': orDated('/chat/completions', AZURE_DEPLOYMENT),
      'openai-completions': orDated('/completions', AZURE_DEPLOYMENT),
      'openai-embeddings': orDated('/embeddings', AZURE_DEPLOYMENT),
      'openai-responses': orDated('/responses', '/openai'),
    },
    // As at OpenAI; the older name is refused by reasoning models, the newer one by none since 2024-09.
    outputLimit: 'max_completion_tokens',
    pricedAs: 'azure',
    takes: OPENAI_HINTS,
    // Quotas and limits of Azure OpenAI: 50 images for GPT-4o and GPT-4.1.
    bounds: [{ models: /gpt-4o|gpt-4\.1/, ...OPENAI_BOUNDS, images: 50 }, OPENAI_BOUNDS],
  }),
  'azure-ai': row({
    name: 'Azure AI Foundry',
    baseUrl: 'https://{resource}.services.ai.azure.com',
    basePath: '/openai/v1',
    addressParts: [
      {
        option: 'resource',
        variables: ['AZURE_AI_RESOURCE', 'ANTHROPIC_FOUNDRY_RESOURCE'],
        needed: 'without-base-url',
      },
      { option: 'api_version', variables: [], needed: 'never' },
    ],
    signing: { by: 'azure', resource: 'https://ai.azure.com' },
    variables: ['AZURE_AI_API_KEY', 'AZURE_INFERENCE_CREDENTIAL', 'ANTHROPIC_FOUNDRY_API_KEY'],
    auth: { header: 'api-key' },
    speaks: {
      ...messages('/anthropic/v1', { auth: { header: 'x-api-key' }, models: CLAUDE }),
      'openai-chat': { ...orDated('/chat/completions', '/models'), models: NOT_CLAUDE },
      'openai-embeddings': { ...orDated('/embeddings', '/models'), models: NOT_CLAUDE },
      'openai-responses': { path: '/responses', models: NOT_CLAUDE },
    },
    outputLimit: 'both',
    pricedAs: 'azure',
    takes: OPENAI_HINTS,
  }),
  'github-models': row({
    name: 'GitHub Models',
    baseUrl: 'https://models.github.ai/inference',
    variables: ['GITHUB_TOKEN'],
    ambient: true,
    speaks: CHAT_EMBEDDINGS,
    outputLimit: 'both',
  }),
  databricks: row({
    name: 'Databricks',
    baseUrl: null,
    basePath: '/serving-endpoints',
    variables: ['DATABRICKS_TOKEN', 'DATABRICKS_API_KEY'],
    ambient: true,
    speaks: EVERYTHING,
  }),
  snowflake: row({
    name: 'Snowflake Cortex',
    baseUrl: null,
    basePath: '/api/v2/cortex/v1',
    variables: ['SNOWFLAKE_CORTEX_PAT'],
    outputLimit: 'both',
  }),
  // The account is part of the path, so there is no base URL without one.
  cloudflare: row({
    name: 'Cloudflare Workers AI',
    baseUrl: null,
    basePath: '',
    variables: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_KEY'],
    ambient: true,
    speaks: CHAT_EMBEDDINGS,
    pricedAs: 'cloudflare',
  }),
  scaleway: row({
    name: 'Scaleway',
    baseUrl: 'https://api.scaleway.ai/v1',
    variables: ['SCALEWAY_API_KEY', 'SCW_SECRET_KEY'],
    ambient: true,
    speaks: CHAT_EMBEDDINGS,
    outputLimit: 'both',
  }),
  ovhcloud: row({
    name: 'OVHcloud AI Endpoints',
    baseUrl: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
    variables: ['OVH_AI_ENDPOINTS_ACCESS_TOKEN', 'OVHCLOUD_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    outputLimit: 'both',
    pricedAs: 'ovhcloud',
  }),
  digitalocean: row({
    name: 'DigitalOcean',
    baseUrl: 'https://inference.do-ai.run/v1',
    variables: ['GRADIENT_MODEL_ACCESS_KEY', 'DIGITALOCEAN_ACCESS_TOKEN'],
    ambient: true,
    outputLimit: 'both',
  }),
  vultr: row({
    name: 'Vultr',
    baseUrl: 'https://api.vultrinference.com/v1',
    variables: ['VULTR_INFERENCE_API_KEY', 'VULTR_API_KEY'],
    ambient: true,
  }),
  stackit: row({
    name: 'STACKIT',
    baseUrl: 'https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1',
    variables: ['STACKIT_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
  }),
  berget: row({
    name: 'Berget AI',
    baseUrl: 'https://api.berget.ai/v1',
    variables: ['BERGET_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
  }),
  wandb: row({
    name: 'W&B Inference',
    baseUrl: 'https://api.inference.wandb.ai/v1',
    variables: ['WANDB_API_KEY'],
    ambient: true,
  }),
  nova: row({
    name: 'Amazon Nova',
    baseUrl: 'https://api.nova.amazon.com/v1',
    variables: ['NOVA_API_KEY'],
    makerOf: ['nova-'],
  }),

  // Routers: one account, many providers behind it.
  openrouter: row({
    name: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    variables: ['OPENROUTER_API_KEY'],
    speaks: { ...EVERYTHING, ...RESPONSES, ...messages('/api/v1') },
    outputLimit: 'both',
    aggregator: true,
    routesBy: 'openrouter-fields',
    pricedAs: 'openrouter',
    takes: ['reasoning_details', 'cache_control', 'user', ...OPEN_SAMPLING],
    bounds: [{ temperature: 2 }],
  }),
  vercel: row({
    name: 'Vercel AI Gateway',
    baseUrl: 'https://ai-gateway.vercel.sh/v1',
    variables: ['AI_GATEWAY_API_KEY'],
    speaks: { ...CHAT_EMBEDDINGS, ...messages('/v1') },
    aggregator: true,
  }),
  huggingface: row({
    name: 'Hugging Face',
    baseUrl: 'https://router.huggingface.co/v1',
    variables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
    ambient: true,
    aggregator: true,
  }),
  poe: row({ name: 'Poe', baseUrl: 'https://api.poe.com/v1', variables: ['POE_API_KEY'], aggregator: true }),
  requesty: row({
    name: 'Requesty',
    baseUrl: 'https://router.requesty.ai/v1',
    variables: ['REQUESTY_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    aggregator: true,
  }),
  'nano-gpt': row({
    name: 'NanoGPT',
    baseUrl: 'https://nano-gpt.com/api/v1',
    variables: ['NANOGPT_API_KEY', 'NANO_GPT_API_KEY'],
    aggregator: true,
  }),
  aihubmix: row({
    name: 'AIHubMix',
    baseUrl: 'https://aihubmix.com/v1',
    variables: ['AIHUBMIX_API_KEY'],
    speaks: CHAT_EMBEDDINGS,
    aggregator: true,
  }),
  cortecs: row({
    name: 'Cortecs',
    baseUrl: 'https://api.cortecs.ai/v1',
    variables: ['CORTECS_API_KEY'],
    aggregator: true,
  }),
  helicone: row({
    name: 'Helicone',
    baseUrl: 'https://ai-gateway.helicone.ai/v1',
    variables: ['HELICONE_API_KEY'],
    ambient: true,
    aggregator: true,
  }),
  'litellm-proxy': row({
    name: 'LiteLLM Proxy',
    baseUrl: null,
    variables: ['LITELLM_PROXY_API_KEY'],
    auth: 'optional-bearer',
    speaks: { ...EVERYTHING, ...RESPONSES, ...messages('/v1') },
    outputLimit: 'both',
    aggregator: true,
    routesBy: 'litellm-fields',
    takes: ['cache_control', 'user', ...OPEN_SAMPLING],
  }),

  // Servers that people run themselves.
  ollama: localRow({
    name: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    variables: [],
    speaks: { ...EVERYTHING, ...OLLAMA, ...messages('/v1') },
    outputLimit: 'max_tokens',
  }),
  vllm: localRow({
    name: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    variables: ['VLLM_API_KEY', 'HOSTED_VLLM_API_KEY'],
    speaks: { ...EVERYTHING, ...RESPONSES, ...messages('/v1') },
  }),
  sglang: localRow({ name: 'SGLang', baseUrl: 'http://127.0.0.1:30000/v1', variables: ['SGLANG_API_KEY'] }),
  'lm-studio': localRow({
    name: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    variables: ['LM_STUDIO_API_KEY'],
    speaks: { ...EVERYTHING, ...RESPONSES, ...messages('/v1') },
    outputLimit: 'max_tokens',
  }),
  'llama-cpp': localRow({
    name: 'llama.cpp server',
    baseUrl: 'http://127.0.0.1:8080/v1',
    variables: ['LLAMA_API_KEY'],
    speaks: { ...EVERYTHING, ...messages('/v1') },
    ambient: true,
  }),
  localai: localRow({
    name: 'LocalAI',
    baseUrl: 'http://127.0.0.1:8080/v1',
    variables: ['LOCALAI_API_KEY'],
    outputLimit: 'max_tokens',
  }),
  xinference: localRow({
    name: 'Xinference',
    baseUrl: 'http://127.0.0.1:9997/v1',
    variables: ['XINFERENCE_API_KEY'],
    outputLimit: 'max_tokens',
  }),
  mistralrs: localRow({
    name: 'mistral.rs',
    baseUrl: 'http://127.0.0.1:1234/v1',
    variables: [],
    outputLimit: 'max_tokens',
  }),
  'openai-compatible': localRow({ name: 'OpenAI-compatible server', baseUrl: null, variables: [] }),

  sandbox: row({
    name: 'Sandbox',
    baseUrl: 'http://sandbox.invalid/v1',
    variables: [],
    auth: 'none',
    speaks: EVERYTHING,
    outputLimit: 'both',
    sandbox: true,
  }),
} as const satisfies Record<string, ProviderRow>;

const rows: ReadonlyMap<string, ProviderRow> = new Map(Object.entries(providers));

/** null: no such provider. */
export function providerRow(id: string): ProviderRow | null {
  return rows.get(id) ?? null;
}

/** In the table's order. */
export function providerIds(): readonly ProviderId[] {
  return [...rows.keys()];
}

export function isSandbox(id: string): boolean {
  return rows.get(id)?.sandbox === true;
}
