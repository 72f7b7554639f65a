import type { JsonObject } from '../../std/index.ts';
import { camelCased } from '../google/spelling.ts';
import { asObject, asText } from '../loosely.ts';

/** OpenRouter's names of what a field sets: always one, or what its value says. */
export type Sets = string | ((value: unknown) => readonly string[]);
export type Fields = Readonly<Record<string, Sets>>;

/** Members of the body, or of the object that it has under `within`. */
export type FieldGroup = { readonly within: string | null; readonly fields: Fields; readonly isGoogles?: boolean };

/** A field that is null, or an empty list, is not set. */
export function parametersIn(body: JsonObject, groups: readonly FieldGroup[]): readonly string[] {
  const set: string[] = [];
  for (const { within, fields, isGoogles } of groups) {
    const holder = within === null ? body : asObject(body[within]);
    if (holder === null) continue;
    const members = isGoogles === true ? camelCased(holder) : holder;
    for (const name in members) {
      const sets = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const value = members[name];
      if (sets === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
      for (const parameter of typeof sets === 'string' ? [sets] : sets(value))
        if (!set.includes(parameter)) set.push(parameter);
    }
  }
  return set;
}

const BY_FORMAT: Readonly<Record<string, readonly string[]>> = {
  json_object: ['response_format'],
  json_schema: ['response_format', 'structured_outputs'],
};

/** OpenAI's kinds of `response_format`, and what Cohere makes of them: a schema beside `json_object`. */
export function byFormat(value: unknown): readonly string[] {
  const format = asObject(value);
  const type = asText(format?.['type']) ?? '';
  if (type === 'json_object' && asObject(format?.['schema'] ?? format?.['json_schema']) !== null)
    return BY_FORMAT['json_schema'] ?? [];
  return Object.hasOwn(BY_FORMAT, type) ? (BY_FORMAT[type] ?? []) : [];
}

/** The format within OpenAI's `text`, Anthropic's `output_config`. */
export function byInnerFormat(value: unknown): readonly string[] {
  const { format, effort, verbosity } = asObject(value) ?? {};
  return [
    ...byFormat(format),
    ...(typeof effort === 'string' ? ['reasoning_effort'] : []),
    ...(typeof verbosity === 'string' ? ['verbosity'] : []),
  ];
}

/** Ollama's `format`: `json`, or a schema. */
export function byOllamaFormat(value: unknown): readonly string[] {
  if (value === 'json') return BY_FORMAT['json_object'] ?? [];
  return asObject(value) === null ? [] : (BY_FORMAT['json_schema'] ?? []);
}

export const SCHEMA = (): readonly string[] => BY_FORMAT['json_schema'] ?? [];

/** Thinking that is switched off asks for nothing. */
export function byThinking(value: unknown): readonly string[] {
  const type = asObject(value)?.['type'];
  return value === false || type === 'disabled' ? [] : ['reasoning'];
}

/** Sampling under the same names everywhere. */
const SAMPLING: Fields = {
  temperature: 'temperature',
  top_p: 'top_p',
  top_k: 'top_k',
  min_p: 'min_p',
  top_a: 'top_a',
  frequency_penalty: 'frequency_penalty',
  presence_penalty: 'presence_penalty',
  repetition_penalty: 'repetition_penalty',
  seed: 'seed',
  max_tokens: 'max_tokens',
};

const TOOLS: Fields = { tools: 'tools', tool_choice: 'tool_choice', parallel_tool_calls: 'parallel_tool_calls' };

export const OPENAI: Fields = {
  ...SAMPLING,
  ...TOOLS,
  max_completion_tokens: 'max_tokens',
  max_output_tokens: 'max_tokens',
  logit_bias: 'logit_bias',
  logprobs: (value) => (value === false ? [] : ['logprobs']),
  top_logprobs: 'top_logprobs',
  prediction: 'prediction',
  stop: 'stop',
  response_format: byFormat,
  text: byInnerFormat,
  reasoning: 'reasoning',
  reasoning_effort: 'reasoning_effort',
  include_reasoning: 'include_reasoning',
  verbosity: 'verbosity',
  web_search_options: 'web_search_options',
};

export const ANTHROPIC: Fields = {
  ...SAMPLING,
  ...TOOLS,
  stop_sequences: 'stop',
  thinking: byThinking,
  output_config: byInnerFormat,
  output_format: byFormat,
};

export const COHERE: Fields = {
  ...SAMPLING,
  ...TOOLS,
  p: 'top_p',
  k: 'top_k',
  stop_sequences: 'stop',
  logprobs: 'logprobs',
  response_format: byFormat,
  thinking: byThinking,
};

export const OLLAMA: Fields = {
  tools: 'tools',
  format: byOllamaFormat,
  think: byThinking,
  logprobs: (value) => (value === false ? [] : ['logprobs']),
  top_logprobs: 'top_logprobs',
};
export const OLLAMA_OPTIONS: Fields = {
  ...SAMPLING,
  num_predict: 'max_tokens',
  repeat_penalty: 'repetition_penalty',
  stop: 'stop',
};

export const GEMINI: Fields = { tools: 'tools', toolConfig: 'tool_choice' };
export const GEMINI_CONFIG: Fields = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  seed: 'seed',
  maxOutputTokens: 'max_tokens',
  stopSequences: 'stop',
  responseLogprobs: 'logprobs',
  logprobs: 'top_logprobs',
  responseMimeType: (value) => (value === 'application/json' ? ['response_format'] : []),
  responseSchema: SCHEMA,
  responseJsonSchema: SCHEMA,
  thinkingConfig: 'reasoning',
};

export const BEDROCK: Fields = {
  toolConfig: (value) => ['tools', ...(asObject(asObject(value)?.['toolChoice']) === null ? [] : ['tool_choice'])],
  outputConfig: (value) => (asObject(asObject(value)?.['textFormat']) === null ? [] : SCHEMA()),
};
export const BEDROCK_CONFIG: Fields = {
  temperature: 'temperature',
  topP: 'top_p',
  maxTokens: 'max_tokens',
  stopSequences: 'stop',
};
