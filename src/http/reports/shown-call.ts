import { usdFromNano } from '../../std/index.ts';
import type { ExchangeEvent } from '../../telemetry/index.ts';
import { type Reader, shownAttempts, shownRouting } from '../management/shown-routing.ts';

/** A call as a row of a table. */
export function shownRow(event: ExchangeEvent, reader: Reader) {
  const { usage } = event;
  return {
    id: event.id,
    started_at: new Date(event.startedAtMs).toISOString(),
    outcome: event.outcome,
    status: event.status,
    error_code: event.errorCode,
    model: event.requestedModel,
    upstream_model: event.upstreamModel,
    provider: event.provider,
    deployment: event.deployment,
    key: event.keyId,
    key_alias: event.keyAlias,
    user: event.userId,
    team: event.teamId,
    project: event.projectId,
    organization: event.organizationId,
    customer: event.endUser,
    tags: event.tags,
    session: event.sessionId,
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_creation_tokens: usage.cacheWriteTokens,
    reasoning_tokens: usage.reasoningTokens,
    spend_usd: usdFromNano(BigInt(event.chargeNanoUsd)),
    ...(reader === 'operator' ? { cost_usd: usdFromNano(BigInt(event.costNanoUsd)) } : {}),
    first_byte_ms: event.firstByteMs,
    duration_ms: event.durationMs,
    attempts: event.attempts.length,
    streamed: event.streamed,
    sandbox: event.sandbox,
  };
}

/** Everything that is known of one call. */
export function shownCall(event: ExchangeEvent, reader: Reader) {
  const { usage } = event;
  return {
    ...shownRow(event, reader),
    dialect: event.dialect,
    path: event.path,
    error_message: event.errorMessage,
    answered_model: event.answeredModel,
    upstream_id: event.upstreamId,
    client_request_id: event.clientRequestId,
    client_ip: event.clientIp,
    user_agent: event.userAgent,
    pass_through: event.passThrough,
    finish_reason: event.finishReason,
    usage: {
      source: usage.source,
      input_audio_tokens: usage.inputAudioTokens,
      output_audio_tokens: usage.outputAudioTokens,
      of_provider: usage.raw,
    },
    price: { version: event.priceVersion, priced: event.priced },
    request_bytes: event.requestBytes,
    response_bytes: event.responseBytes,
    attempts: shownAttempts(event, reader),
    routing: shownRouting(event, reader),
  };
}
