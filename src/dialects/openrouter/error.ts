import { type GatewayError, type GatewayErrorCode, gatewayErrors } from '../../inference/index.ts';

/** OpenRouter's stable words for what went wrong, where they differ from the rest of a status. */
const ERROR_TYPES: Readonly<Partial<Record<GatewayErrorCode, string>>> = {
  context_length_exceeded: 'context_length_exceeded',
  content_policy_violation: 'content_policy_violation',
  request_timeout: 'timeout',
  upstream_timeout: 'timeout',
  internal_error: 'server',
  ledger_unavailable: 'server',
  shutting_down: 'server',
  overloaded: 'server',
  client_closed: 'unmapped',
};

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'authentication',
  402: 'payment_required',
  403: 'permission_denied',
  404: 'not_found',
  405: 'invalid_request',
  408: 'timeout',
  409: 'precondition_failed',
  412: 'precondition_failed',
  413: 'payload_too_large',
  415: 'invalid_request',
  422: 'unprocessable',
  429: 'rate_limit_exceeded',
  500: 'server',
  502: 'provider_unavailable',
  503: 'provider_unavailable',
  504: 'timeout',
  529: 'provider_overloaded',
};

/**
 * OpenRouter's envelope: `code` is the status, what a machine wants to know is in `metadata`. OpenAI's `type` and
 * `param` stand beside it, for its clients are used here as well.
 */
export function encodeOpenRouterError(error: GatewayError): Buffer {
  return Buffer.from(JSON.stringify({ error: encoded(error) }));
}

/** In a stream it is one more chunk, and no `[DONE]` follows. The answer's own id and model are not known to it. */
export function encodeOpenRouterErrorEvent(error: GatewayError): Buffer {
  const choices = [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: 'error' }];
  const chunk = { id: '', object: 'chat.completion.chunk', created: 0, model: '', choices, error: encoded(error) };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

function encoded(error: GatewayError): Readonly<Record<string, unknown>> {
  const { param, metadata, availability, retryAfterMs } = error.details;
  return {
    code: error.status,
    message: error.message,
    type: gatewayErrors[error.code].type,
    param: param ?? null,
    metadata: {
      error_type: ERROR_TYPES[error.code] ?? BY_STATUS[error.status] ?? 'unmapped',
      error_code: error.code,
      ...(retryAfterMs === undefined ? {} : { retry_after_seconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
      ...metadata,
    },
    availability,
  };
}
