import { isJsonObject, type JsonObject } from '../std/index.ts';

/**
 * What a provider's API refuses of OpenAI's, or says in another way: each takes a request body and gives it as that
 * provider takes it. What is left out here changes nothing about the answer. A wish that a provider cannot fulfil stays
 * in, and is the provider's to refuse: an answer that quietly ignores it would be worse.
 */
const quirks = {
  /** Mistral answers 422 `extra_forbidden`; its streams carry usage anyway. */
  'drop-stream-options': (body) => without(body, 'stream_options'),
  /** Mistral, DeepSeek and others know only the older name, and refuse or, worse, ignore the newer one. */
  'rename-max-completion-tokens': (body) => renamed(body, 'max_completion_tokens', 'max_tokens'),
  /** Mistral's name of it (its API reference), and 422 for OpenAI's. */
  'rename-seed': (body) => renamed(body, 'seed', 'random_seed'),
  /** Mistral's name of it (its API reference; recorded with codestral-embed). */
  'rename-dimensions': (body) => renamed(body, 'dimensions', 'output_dimension'),
  /** Mistral: 422 `extra_forbidden`; Cerebras: 422 "property 'body.store' is unsupported" (Gitlawb/openclaude#740). */
  'drop-store': (body) => without(body, 'store'),
  /** Mistral: 422 `extra_forbidden`, as for all that its API reference does not name. */
  'drop-end-user': (body) => without(body, 'user', 'safety_identifier'),
  /**
   * OpenAI's newer name for instructions. DeepSeek: 400 "unknown variant `developer`" (earendil-works/pi#1048); Alibaba:
   * 400 "developer is not one of ['system', …" (NeuroAIHub/BrainPilot#549); Z.ai: 400 [1214] "Incorrect role
   * information" (vastsa/PI-Desktop#30); Cerebras "does not expose developer" (inference-docs.cerebras.ai, OpenAI
   * compatibility); Mistral's API reference has no such role.
   */
  'rename-developer-role': (body) => withMessages(body, withSystemRole),
  /**
   * Groq: 400 for `messages[].name` (console.groq.com, OpenAI compatibility). Of a tool's result the name is its tool's.
   */
  'drop-message-names': (body) =>
    withMessages(body, (message) => (message['role'] === 'tool' ? message : without(message, 'name'))),
  /**
   * Mistral: 422 `extra_forbidden` for every member of a message that its API reference does not name: `name`, the
   * `reasoning_content` of its own history (charmbracelet/crush#1590), the `refusal` and `annotations` that OpenAI's SDKs
   * echo.
   */
  'keep-mistral-message-fields': (body) => withMessages(body, onlyMistralFields),
  /**
   * Parameters that some refuse even at the value that means nothing, which many clients always send. Groq: 400 for
   * `logprobs`, `top_logprobs`, `logit_bias` (console.groq.com, OpenAI compatibility); Cerebras: 400 for the
   * penalties, `logit_bias` and `parallel_tool_calls` (its documentation, OpenAI compatibility); xAI's reasoning models:
   * an error for the penalties (docs.x.ai, Reasoning).
   */
  'drop-neutral-parameters': (body) => without(body, ...NEUTRAL.filter(([name, is]) => is(body[name])).map(nameOf)),
  /** DeepSeek's and Z.ai's models think unless told not to in these words (both: Thinking mode). */
  'disable-thinking-by-type': (body) => withoutThought(body, 'thinking', { type: 'disabled' }),
  /** Alibaba's word for it (Model Studio, Deep thinking). */
  'disable-thinking-by-flag': (body) => withoutThought(body, 'enable_thinking', false),
  /** Vertex AI does not know it: with functions beside Google's own tools it needs no word (recorded). */
  'drop-server-tool-invocations': (body) => {
    const { toolConfig } = body;
    if (!isJsonObject(toolConfig) || toolConfig['includeServerSideToolInvocations'] === undefined) return body;
    return { ...body, toolConfig: without(toolConfig, 'includeServerSideToolInvocations') };
  },
  /**
   * Perplexity: 400 "After the (optional) system message(s), user and assistant roles should be alternating"
   * (perplexityai/api-discussion#265).
   */
  'join-turns': joinedTurns,
} as const satisfies Record<string, (body: JsonObject) => JsonObject>;

export type QuirkName = keyof typeof quirks;

/** The body as the provider takes it; the very same object where nothing applies, so that its bytes can stay. */
export function applyQuirks(names: readonly QuirkName[], body: JsonObject): JsonObject {
  return names.reduce<JsonObject>((changed, name) => quirks[name](changed), body);
}

const MISTRAL_MESSAGE = new Set(['role', 'content', 'tool_calls', 'tool_call_id', 'prefix']);
const MISTRAL_TOOL_MESSAGE = new Set([...MISTRAL_MESSAGE, 'name']);

type Neutral = readonly [name: string, isNeutral: (value: unknown) => boolean];

/** The values that are OpenAI's defaults. */
const NEUTRAL: readonly Neutral[] = [
  ['frequency_penalty', (value) => value === 0 || value === null],
  ['presence_penalty', (value) => value === 0 || value === null],
  ['logit_bias', (value) => value === null || (isJsonObject(value) && Object.keys(value).length === 0)],
  ['logprobs', (value) => value === false || value === null],
  ['top_logprobs', (value) => value === 0 || value === null],
  ['parallel_tool_calls', (value) => value === true],
];

function nameOf([name]: Neutral): string {
  return name;
}

function without(body: JsonObject, ...fields: readonly string[]): JsonObject {
  if (!fields.some((field) => Object.hasOwn(body, field))) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !fields.includes(name)));
}

/** A value under the new name is the one that stays. */
function renamed(body: JsonObject, field: string, name: string): JsonObject {
  return body[field] === undefined ? body : { [name]: body[field], ...without(body, field) };
}

function onlyMistralFields(message: JsonObject): JsonObject {
  const known = message['role'] === 'tool' ? MISTRAL_TOOL_MESSAGE : MISTRAL_MESSAGE;
  return without(message, ...Object.keys(message).filter((name) => !known.has(name)));
}

function withSystemRole(message: JsonObject): JsonObject {
  return message['role'] === 'developer' ? { ...message, role: 'system' } : message;
}

function withMessages(body: JsonObject, change: (message: JsonObject) => JsonObject): JsonObject {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const changed = messages.map((message: unknown) => (isJsonObject(message) ? change(message) : message));
  return changed.every((message, index) => message === messages[index]) ? body : { ...body, messages: changed };
}

/** What a client says in the provider's own words is left as it is. */
function withoutThought(body: JsonObject, field: string, disabled: unknown): JsonObject {
  if (body['reasoning_effort'] !== 'none') return body;
  return { [field]: disabled, ...without(body, 'reasoning_effort') };
}

function joinedTurns(body: JsonObject): JsonObject {
  const { messages } = body;
  if (!Array.isArray(messages)) return body;
  const turns: unknown[] = [];
  for (const message of messages) {
    const joined = joinedTurn(turns.at(-1), message);
    if (joined === null) turns.push(message);
    else turns[turns.length - 1] = joined;
  }
  return turns.length === messages.length ? body : { ...body, messages: turns };
}

/** Two turns of the same speaker as one; null: they stay apart. */
function joinedTurn(one: unknown, next: unknown): JsonObject | null {
  if (!isJsonObject(one) || !isJsonObject(next) || one['role'] !== next['role']) return null;
  if (one['role'] !== 'user' && one['role'] !== 'assistant') return null;
  if ('tool_calls' in one || 'tool_calls' in next) return null;
  const [first, second] = [one['content'], next['content']];
  const areTexts = typeof first === 'string' && typeof second === 'string';
  return { ...one, content: areTexts ? `${first}\n\n${second}` : [...partsOf(first), ...partsOf(second)] };
}

function partsOf(content: unknown): readonly unknown[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}
