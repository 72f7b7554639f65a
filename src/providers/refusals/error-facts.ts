import { isJsonObject } from '../../std/index.ts';
import type { Reason } from './refusal-kinds.ts';

/** What an upstream's refusal says about its reason, as far as it can be told. */
export type ErrorFacts = { readonly reason: Reason | null };

/** An error's text decides nothing beyond this; a request quoted in it must not either. */
const EXCERPT_CHARACTERS = 2_000;

/** `error.code`, `error.type`, `error.status`, `error.details[].reason` and AWS's exceptions, in lower case. */
export const reasonsByCode: Readonly<Record<string, Reason>> = {
  context_length_exceeded: 'context-window',
  context_window_exceeded: 'context-window',
  exceed_context_size_error: 'context-window', // llama.cpp
  model_context_window_exceeded: 'context-window', // Anthropic
  tokens_limit_reached: 'context-window', // GitHub Models, with status 413
  '1261': 'context-window', // Zhipu
  content_filter: 'content-policy',
  content_policy_violation: 'content-policy',
  content_policy: 'content-policy',
  image_content_policy_violation: 'content-policy', // OpenAI
  responsibleaipolicyviolation: 'content-policy', // Azure
  moderation_blocked: 'content-policy',
  data_inspection_failed: 'content-policy', // DashScope
  datainspectionfailed: 'content-policy',
  sensitive_content_detected: 'content-policy',
  sensitivecontentdetected: 'content-policy', // Volcengine
  inputtextsensitivecontentdetected: 'content-policy',
  invalid_prompt: 'content-policy', // OpenAI, reasoning models
  '1301': 'content-policy', // Zhipu
  censorship_blocked: 'content-policy', // StepFun, with status 451
  invalid_api_key: 'credential',
  api_key_invalid: 'credential', // Gemini, with status 400
  authentication_error: 'credential',
  permission_error: 'credential', // Anthropic
  unsupported_country_region_territory: 'credential', // OpenAI
  unauthenticated: 'credential', // Google
  permission_denied: 'credential',
  service_disabled: 'credential',
  consumer_suspended: 'credential',
  account_deactivated: 'credential',
  access_terminated: 'credential',
  insufficient_quota: 'unpaid', // OpenAI, with status 429: no credit on the account
  insufficient_balance: 'unpaid',
  insufficient_balance_error: 'unpaid', // MiniMax, with status 402 or 429
  insufficient_quota_error: 'unpaid', // Sarvam, with status 429
  billing_not_active: 'unpaid',
  billing_hard_limit_reached: 'unpaid', // OpenAI, with status 400
  billing_error: 'unpaid', // Anthropic
  billing_disabled: 'unpaid', // Google
  arrearage: 'unpaid', // DashScope
  exceeded_current_quota_error: 'unpaid', // Moonshot
  accountoverdueerror: 'unpaid', // Volcengine
  '1113': 'unpaid', // Zhipu, with status 429
  model_not_found: 'unknown-model',
  invalid_model: 'unknown-model', // Mistral, with status 400
  model_not_supported: 'unknown-model',
  unknown_model: 'unknown-model', // GitHub Models
  deploymentnotfound: 'unknown-model', // Azure
  '1211': 'unknown-model', // Zhipu, with status 400
  rate_limit_exceeded: 'limited',
  rate_limit_error: 'limited',
  rate_limit_reached_error: 'limited', // Moonshot
  resource_exhausted: 'limited', // Gemini
  throttling: 'limited', // DashScope
  'throttling.ratequota': 'limited',
  'throttling.allocationquota': 'limited',
  '1302': 'limited', // Zhipu: too many at once
  '1303': 'limited', // Zhipu: too often
  '1304': 'limited', // Zhipu: enough for today
  '1305': 'limited',
  '1308': 'limited', // Zhipu: enough for these hours
  overloaded_error: 'overloaded', // Anthropic, status 529
  engine_overloaded_error: 'overloaded', // Moonshot
  slow_down: 'overloaded', // OpenAI, with status 503
  serveroverloaded: 'overloaded', // Volcengine
  service_tier_capacity_exceeded: 'overloaded', // Mistral
  capacity_exceeded: 'overloaded', // Groq, status 498
  model_capacity_exhausted: 'overloaded', // Google
  '1312': 'overloaded', // Zhipu
  timeout_error: 'slow', // Anthropic
  // Amazon Bedrock; in the header x-amzn-errortype, in an event's name, or in the body's `__type`.
  throttlingexception: 'limited',
  toomanyrequestsexception: 'limited',
  servicequotaexceededexception: 'limited',
  modelnotreadyexception: 'overloaded',
  accessdeniedexception: 'credential',
  unrecognizedclientexception: 'credential',
  expiredtokenexception: 'credential',
  invalidsignatureexception: 'credential',
  incompletesignatureexception: 'credential',
  missingauthenticationtokenexception: 'credential',
  resourcenotfoundexception: 'unknown-model',
  modeltimeoutexception: 'slow',
};

/** Where no code says it, the words do. Lower case; in this order. */
const phrases: readonly (readonly [RegExp, Reason])[] = [
  // OpenAI, vLLM, DeepSeek, OpenRouter, Together: "maximum context length is 8192 tokens".
  [/maximum context length/, 'context-window'],
  // llama.cpp: "request (2009 tokens) exceeds the available context size (512 tokens)".
  [/exceeds? the (available |model'?s? )?(maximum )?context (size|window|length)/, 'context-window'],
  // SGLang: "The input (9000 tokens) is longer than the model's context length (4096 tokens)."
  [/longer than the model's context length/, 'context-window'],
  // Cloudflare: "... input and maximum output tokens (9000) exceeded this model context window limit (7968)."
  [/exceeded this model context window/, 'context-window'],
  // LM Studio: "Try to load the model with a larger context length, or provide a shorter input".
  [/with a larger context length, or provide a shorter input/, 'context-window'],
  // llama.cpp, embeddings, with status 500: "input (4002 tokens) is too large to process".
  [/input \(\d+ tokens\) is too large to process/, 'context-window'],
  // Anthropic: "prompt is too long: 208310 tokens > 200000 maximum".
  [/prompt is too long/, 'context-window'],
  [/input length and `?max_tokens`? exceed context limit/, 'context-window'],
  // Groq, Cerebras: "Please reduce the length of the messages or completion".
  [/reduce the length of the (messages|prompt|input)/, 'context-window'],
  // Gemini: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)".
  [/input token count .*exceeds the maximum/, 'context-window'],
  // xAI: "This model's maximum prompt length is 131072 but the request contains 537812 tokens".
  [/maximum prompt length is \d+/, 'context-window'],
  // Mistral: "Prompt contains 40000 tokens ... too large for model with 32768 maximum context length".
  [/too large for model with \d+ maximum/, 'context-window'],
  // Cohere: "too many tokens: total number of tokens in the prompt cannot exceed 4081".
  [/too many tokens: total number of tokens/, 'context-window'],
  // Fireworks: "The prompt is too long: 200000, model maximum context length: 131072"; SambaNova, Together.
  [
    /(input|prompt)( length| tokens?)?( \(?\d+\)?( tokens)?)? (is too long|exceeds? the (model's |maximum )?(context|allowed|limit))/,
    'context-window',
  ],
  // Amazon Bedrock: "Input is too long for requested model."
  [/input is too long for requested model/, 'context-window'],
  // TGI: "`inputs` tokens + `max_new_tokens` must be <= 4096".
  [/`?inputs`? tokens \+ `?max_new_tokens`? must be/, 'context-window'],
  // DashScope: "Range of input length should be [1, 30720]".
  [/range of input length should be/, 'context-window'],
  // Moonshot: "Your request exceeded model token limit: 8192".
  [/exceeded model token limit/, 'context-window'],
  // OpenAI's images and Azure: "Your request was rejected as a result of our safety system".
  [/rejected (as a result of|by) (our|the) safety system/, 'content-policy'],
  [/(violat\w+|triggering) .{0,40}(content|usage|safety|management) polic/, 'content-policy'],
  [/content management policy/, 'content-policy'],
  // OpenRouter, with status 403: "... requires moderation on ... Your input was flagged for ...".
  [/(input|prompt|content) was flagged/, 'content-policy'],
  // DeepSeek: "Content Exists Risk".
  [/content exists risk/, 'content-policy'],
  // xAI (400): "Incorrect API key provided"; Gemini (400): "API key not valid"; others.
  [/(incorrect|invalid|expired|unauthorized) api[ _-]?key/, 'credential'],
  [/api[ _-]?key (is )?(not valid|invalid|expired)/, 'credential'],
  // Anthropic (400): "Your credit balance is too low to access the Anthropic API".
  [/credit balance is too low/, 'unpaid'],
  [/insufficient (balance|credits?|funds|quota)/, 'unpaid'],
  // Gemini (400): "User location is not supported for the API use."
  [/user location is not supported/, 'credential'],
  // Cohere (498): "invalid token". Groq's 498 is another one.
  [/^invalid token\b/, 'credential'],
  // OpenRouter (400): "... is not a valid model ID"; "Model ... does not exist".
  [/is not a valid model/, 'unknown-model'],
  // Amazon Bedrock (400): "The provided model identifier is invalid."; "Invocation of model ID ... with on-demand
  // throughput isn't supported. Retry your request with the ID or ARN of an inference profile ..."
  [/provided model identifier is invalid/, 'unknown-model'],
  [/with on-demand throughput isn.t supported/, 'unknown-model'],
  // SiliconFlow (400): "Model does not exist."; Cloudflare (400): "No such model ...".
  [/model does not exist|no such model/, 'unknown-model'],
  // xAI (400): "Model not found: ..."; Venice: "Specified model not found".
  [/model not found/, 'unknown-model'],
  [/model [`'"]?[^\s`'"]{1,120}[`'"]? (does not exist|is not supported|not found)/, 'unknown-model'],
];

/** Whether words may decide: on a 5xx they describe the server's trouble, on a 429 its limit. */
const WORDS_COUNT = new Set([400, 403, 404, 413, 422, 498, 500]);

/** What an upstream's refusal says in words; null: nothing that can be read. */
export function readErrorMessage(body: Buffer): string | null {
  const { message } = read(body.toString('utf8', 0, 64 * 1024));
  return message === '' ? null : message.slice(0, EXCERPT_CHARACTERS);
}

/** `errorType` is what the header x-amzn-errortype says: `ThrottlingException:http://internal.amazon.com/…`. */
export function readErrorFacts(status: number, body: Buffer, errorType: string | null = null): ErrorFacts {
  const text = body.toString('utf8', 0, 64 * 1024);
  const { codes: found, message } = read(text);
  const exception = errorType?.split(':', 1) ?? [];
  for (const code of [...exception, ...found]) {
    const reason = reasonsByCode[code.toLowerCase()];
    if (reason !== undefined && !contradicts(status, reason)) return { reason };
  }
  if (!WORDS_COUNT.has(status)) return { reason: null };
  const words = message.slice(0, EXCERPT_CHARACTERS).toLowerCase();
  for (const [phrase, reason] of phrases) {
    if (phrase.test(words) && !contradicts(status, reason)) return { reason };
  }
  return { reason: null };
}

/** A 5xx is about the server, save that some say there that the prompt is too long. */
const OF_SERVERS: ReadonlySet<Reason> = new Set(['context-window', 'limited', 'overloaded', 'slow']);

function contradicts(status: number, reason: Reason): boolean {
  return status >= 500 && !OF_SERVERS.has(reason);
}

function read(text: string): { codes: readonly string[]; message: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { codes: [], message: text };
  }
  // Gemini's compatible endpoint wraps its error in a list.
  const outer: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isJsonObject(outer)) return { codes: [], message: text };
  // Cloudflare has a list of errors, ModelScope one under the name of many.
  const listed: unknown = Array.isArray(outer['errors']) ? outer['errors'][0] : outer['errors'];
  const inner = [outer['error'], listed].find(isJsonObject) ?? outer;
  const metadata = isJsonObject(inner['metadata']) ? inner['metadata'] : {};
  const details = Array.isArray(inner['details']) ? inner['details'] : [];
  const innerError = isJsonObject(inner['innererror']) ? [inner['innererror']['code']] : [];
  const candidates = [
    inner['code'],
    inner['type'],
    inner['status'],
    outer['code'],
    // `com.amazon.coral.service#AccessDeniedException`
    typeof outer['__type'] === 'string' ? outer['__type'].replace(/^.*#/, '') : null,
    metadata['error_type'],
    ...innerError,
  ];
  for (const detail of details) if (isJsonObject(detail)) candidates.push(detail['reason']);
  const messages = [inner['message'], outer['message'], outer['error'], outer['detail'], metadata['raw']];
  // A flat error is inner and outer in one.
  const distinct = new Set(messages.filter((message) => typeof message === 'string'));
  return {
    codes: candidates.filter((code) => typeof code === 'string'),
    message: [...distinct].join(' ') || text,
  };
}
