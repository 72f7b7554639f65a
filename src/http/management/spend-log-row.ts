import { usdFromNano } from '../../std/index.ts';
import type { ExchangeEvent } from '../../telemetry/index.ts';
import { type Reader, shownAttempts, shownRouting } from './shown-routing.ts';

/** LiteLLM's spend log row, field for field, with what it has no place for under `metadata`. */
export function spendLogRow(event: ExchangeEvent, reader: Reader): Readonly<Record<string, unknown>> {
  const { usage } = event;
  const charge = usdFromNano(BigInt(event.chargeNanoUsd));
  return {
    request_id: event.id,
    call_type: CALL_TYPES[event.dialect],
    api_key: event.keyHash ?? event.keyId ?? '',
    spend: charge,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    startTime: iso(event.startedAtMs),
    endTime: iso(event.startedAtMs + event.durationMs),
    request_duration_ms: Math.round(event.durationMs),
    completionStartTime: event.firstByteMs === null ? null : iso(event.startedAtMs + event.firstByteMs),
    model: event.upstreamModel ?? event.requestedModel ?? '',
    model_id: event.deployment ?? '',
    model_group: event.requestedModel ?? '',
    custom_llm_provider: event.provider ?? '',
    api_base: '',
    user: event.userId ?? '',
    cache_hit: 'False',
    cache_key: '',
    request_tags: event.tags,
    team_id: event.teamId,
    organization_id: event.organizationId,
    end_user: event.endUser ?? '',
    requester_ip_address: event.clientIp,
    messages: {},
    response: {},
    session_id: event.sessionId,
    status: statusOf(event),
    metadata: metadataOf(event, reader),
  };
}

const CALL_TYPES: Readonly<Record<ExchangeEvent['dialect'], string>> = {
  'openai-chat': 'acompletion',
  'openai-completions': 'atext_completion',
  'openai-embeddings': 'aembedding',
  'openai-responses': 'aresponses',
  'openai-compact': 'aresponses',
  'anthropic-messages': 'anthropic_messages',
  'gemini-generate': 'agenerate_content',
  'gemini-embed': 'aembedding',
  'gemini-batch-embed': 'aembedding',
  'vertex-embed': 'aembedding',
  'bedrock-converse': 'acompletion',
  'bedrock-invoke': 'acompletion',
  'bedrock-titan-embed': 'aembedding',
  'bedrock-cohere-embed': 'aembedding',
  'cohere-chat': 'acompletion',
  'cohere-embed': 'aembedding',
  'ollama-chat': 'acompletion',
  'ollama-generate': 'atext_completion',
  'ollama-embed': 'aembedding',
  'ollama-embeddings': 'aembedding',
};

function metadataOf(event: ExchangeEvent, reader: Reader): Readonly<Record<string, unknown>> {
  const { usage } = event;
  return {
    user_api_key: event.keyHash ?? event.keyId,
    user_api_key_alias: event.keyAlias,
    user_api_key_user_id: event.userId,
    user_api_key_team_id: event.teamId,
    status: statusOf(event),
    litellm_call_id: event.id,
    key_id: event.keyId,
    outcome: event.outcome,
    status_code: event.status,
    error_information:
      event.errorCode === null ? null : { error_code: event.errorCode, error_message: event.errorMessage },
    upstream_id: event.upstreamId,
    answered_model: event.answeredModel,
    client_request_id: event.clientRequestId,
    streamed: event.streamed,
    pass_through: event.passThrough,
    finish_reason: event.finishReason,
    usage_object: usage.raw,
    usage_source: usage.source,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: usdFromNano(BigInt(reader === 'operator' ? event.costNanoUsd : event.chargeNanoUsd)),
    price_version: event.priceVersion,
    priced: event.priced,
    sandbox: event.sandbox,
    duration_ms: event.durationMs,
    first_byte_ms: event.firstByteMs,
    attempts: shownAttempts(event, reader),
    routing: shownRouting(event, reader),
  };
}

function statusOf({ outcome }: ExchangeEvent): 'success' | 'failure' {
  return outcome === 'completed' ? 'success' : 'failure';
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
