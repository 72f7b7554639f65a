import type { Usage } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { asObject, asObjects, asText } from '../loosely.ts';
import { responseId } from './ids.ts';
import { encodeUsage } from './usage.ts';

/** What becomes known of an answer while it is made. */
export type Progress = {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly model: string | null;
  readonly createdS: number | null;
  readonly serviceTier: string | null;
  readonly output: readonly JsonObject[];
  readonly usage: Usage | null;
  readonly incompleteReason: string | null;
  readonly error: JsonObject | null;
};

const TIERS: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);
const RETENTIONS: ReadonlySet<unknown> = new Set(['in_memory', '24h']);

/**
 * The answer with every member that OpenAI's and Open Responses' schemas require. Without a clock the time at which it
 * was completed is not known: `completed_at` is when it was begun.
 */
export function responseObject(context: AnswerContext, progress: Progress, settings: JsonObject): JsonObject {
  const { status, model, output, usage, incompleteReason, error } = progress;
  const created = Math.floor(progress.createdS ?? context.startedS);
  return {
    id: responseId(context.exchangeId),
    object: 'response',
    created_at: created,
    status,
    completed_at: status === 'completed' ? created : null,
    error,
    incomplete_details: incompleteReason === null ? null : { reason: incompleteReason },
    model: model ?? context.received.model,
    output,
    service_tier: TIERS.has(progress.serviceTier) ? progress.serviceTier : 'default',
    usage: usage === null ? null : encodeUsage(usage),
    ...settings,
  };
}

/** The request's settings as an answer repeats them, the API's defaults where it says nothing. */
export function settingsOf({ received: { body } }: AnswerContext): JsonObject {
  return {
    background: body['background'] ?? false,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    metadata: body['metadata'] ?? {},
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    presence_penalty: body['presence_penalty'] ?? 0,
    frequency_penalty: body['frequency_penalty'] ?? 0,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: RETENTIONS.has(body['prompt_cache_retention']) ? body['prompt_cache_retention'] : null,
    reasoning: reasoningOf(asObject(body['reasoning'])),
    safety_identifier: body['safety_identifier'] ?? null,
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: textOf(asObject(body['text'])),
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: asObjects(body['tools']).map(toolOf),
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    ...(asText(body['user']) === null ? {} : { user: body['user'] }),
    ...conversationOf(body['conversation']),
  };
}

function reasoningOf(reasoning: JsonObject | null): JsonObject {
  const { effort, summary, generate_summary, ...others } = reasoning ?? {};
  return { ...others, effort: effort ?? null, summary: summary ?? generate_summary ?? null };
}

function textOf(text: JsonObject | null): JsonObject {
  const format = asObject(text?.['format']) ?? { type: 'text' };
  return {
    ...text,
    format: format['type'] === 'json_schema' ? { ...format, strict: format['strict'] ?? false } : format,
    verbosity: text?.['verbosity'] ?? 'medium',
  };
}

function toolOf(tool: JsonObject): JsonObject {
  if (tool['type'] !== 'function') return tool;
  const { description, parameters, strict } = tool;
  return { ...tool, description: description ?? null, parameters: parameters ?? null, strict: strict ?? true };
}

function conversationOf(conversation: unknown): JsonObject {
  const id = isJsonObject(conversation) ? conversation['id'] : conversation;
  return typeof id === 'string' ? { conversation: { id } } : {};
}
