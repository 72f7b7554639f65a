import { type ContentDoors, readContent } from '../../administration/index.ts';
import { encodeOpenRouterError } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { usdFromNano } from '../../std/index.ts';
import { attemptStatus, type ExchangeEvent } from '../../telemetry/index.ts';
import { generationQuery } from '../management/contract.ts';
import { type Reader, readerOf, shownAttempts, shownRouting } from '../management/shown-routing.ts';
import { findExchanges, type RequestLogReader, scopeOf } from '../management/spend.ts';
import { type Route, reached, route } from '../route.ts';
import { generationContent } from './generation-content.ts';
import { DEFAULT_WORKSPACE } from './key-record.ts';

/** OpenRouter's look-up of one call, readable as soon as the call has ended. */
export function generationRoutes(reader: RequestLogReader & { readonly contents: ContentDoors }): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/generation',
      summary: 'One call: its model, provider, tokens, cost and every attempt.',
      action: 'generation.read',
      encodeError: () => encodeOpenRouterError,
      query: generationQuery,
      resource: reached,
      answer: async ({ key, reach, query }) => {
        await reader.drainNow();
        const [event] = await findExchanges(reader, query.id, scopeOf(reach));
        if (event === undefined)
          throw new GatewayError('not_found', `There is no generation '${query.id}' that this key may see.`);
        return { body: { data: generation(event, readerOf(key.caller)) } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/generation/content',
      summary: 'What one call said and was answered, where it is kept and the caller may read it.',
      action: 'content.read',
      encodeError: () => encodeOpenRouterError,
      query: generationQuery,
      resource: reached,
      answer: async ({ key, reach, query }) => {
        await reader.drainNow();
        const [event] = await findExchanges(reader, query.id, scopeOf(reach));
        const read = event === undefined ? null : await readContent(key.caller, event, reader.contents);
        if (event === undefined || read?.state !== 'kept')
          throw new GatewayError('not_found', `Nothing is kept of what a generation '${query.id}' said.`);
        return { body: { data: await generationContent(event, read.content, readerOf(key.caller)) } };
      },
    }),
  ];
}

/** Members that OpenRouter's clients read, and that nothing is counted for here. */
const UNCOUNTED = {
  native_tokens_completion_images: null,
  num_media_prompt: null,
  num_media_completion: null,
  num_input_audio_prompt: null,
  num_search_results: null,
  num_fetches: null,
  web_search_engine: null,
} as const;

function generation(event: ExchangeEvent, reader: Reader): Readonly<Record<string, unknown>> {
  const { usage } = event;
  const charge = usdFromNano(BigInt(event.chargeNanoUsd));
  return {
    id: event.id,
    request_id: event.clientRequestId,
    upstream_id: event.upstreamId,
    created_at: new Date(event.startedAtMs).toISOString(),
    model: event.requestedModel ?? '',
    provider_name: event.provider,
    router: null,
    preset_id: null,
    api_type: event.dialect.endsWith('embeddings') || event.dialect.endsWith('embed') ? 'embeddings' : 'completions',
    streamed: event.streamed,
    cancelled: event.outcome === 'disconnected',
    // OpenRouter's words for it: `tool_calls`, `content_filter`.
    finish_reason: event.finishReason?.unified.replace('-', '_') ?? null,
    native_finish_reason: event.finishReason?.raw ?? null,
    latency: event.firstByteMs,
    generation_time: event.durationMs,
    moderation_latency: null,
    tokens_prompt: usage.inputTokens,
    tokens_completion: usage.outputTokens,
    native_tokens_prompt: usage.inputTokens,
    native_tokens_completion: usage.outputTokens,
    native_tokens_reasoning: usage.reasoningTokens,
    native_tokens_cached: usage.cacheReadTokens,
    ...UNCOUNTED,
    usage: charge,
    total_cost: charge,
    upstream_inference_cost: null,
    cache_discount: null,
    is_byok: event.byok,
    service_tier: null,
    data_region: 'global',
    session_id: event.sessionId,
    response_cache_source_id: null,
    workspace_id: DEFAULT_WORKSPACE,
    origin: '',
    http_referer: null,
    app_id: null,
    usage_source: usage.source,
    price_version: event.priceVersion,
    status: event.status,
    error: event.errorCode === null ? null : { code: event.errorCode, message: event.errorMessage },
    user_agent: event.userAgent,
    external_user: event.endUser,
    provider_responses: shownAttempts(event, reader).map((attempt) => ({
      endpoint_id: attempt.deployment,
      id: attempt.outcome === 'answered' ? event.upstreamId : null,
      is_byok: event.byok && attempt.outcome === 'answered',
      latency: attempt.firstByteMs,
      model_permaslug: attempt.upstreamModel,
      provider_name: attempt.provider,
      status: attemptStatus(attempt),
      ...(attempt.credential === undefined ? {} : { credential: attempt.credential }),
      outcome: attempt.outcome,
      started: attempt.startedMs,
      duration: attempt.durationMs,
      reason: attempt.reason,
      error: attempt.error,
      cost: attempt.cost_usd,
    })),
    routing: shownRouting(event, reader),
  };
}
