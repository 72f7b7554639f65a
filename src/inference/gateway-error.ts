/**
 * Everything a caller can be refused with: one row per code. `status` is HTTP's; `type` is OpenAI's `error.type`;
 * `retry` says whether the same call may pass later without a change (the SDKs are told by `x-should-retry`).
 */
export const gatewayErrors = {
  invalid_json: { status: 400, type: 'invalid_request_error', retry: false },
  invalid_request: { status: 400, type: 'invalid_request_error', retry: false },
  duplicate_field: { status: 400, type: 'invalid_request_error', retry: false },
  context_length_exceeded: { status: 400, type: 'invalid_request_error', retry: false },
  content_policy_violation: { status: 400, type: 'invalid_request_error', retry: false },
  unsupported_parameter: { status: 400, type: 'invalid_request_error', retry: false },
  previous_response_not_found: { status: 400, type: 'invalid_request_error', retry: false },
  conflicting_credentials: { status: 400, type: 'invalid_request_error', retry: false },
  missing_credential: { status: 401, type: 'authentication_error', retry: false },
  invalid_api_key: { status: 401, type: 'authentication_error', retry: false },
  expired_api_key: { status: 401, type: 'authentication_error', retry: false },
  invalid_credentials: { status: 401, type: 'authentication_error', retry: false },
  not_signed_in: { status: 401, type: 'authentication_error', retry: false },
  insufficient_quota: { status: 402, type: 'insufficient_quota', retry: false },
  price_unknown: { status: 402, type: 'insufficient_quota', retry: false },
  model_access_denied: { status: 403, type: 'permission_error', retry: false },
  permission_denied: { status: 403, type: 'permission_error', retry: false },
  model_not_found: { status: 404, type: 'invalid_request_error', retry: false },
  no_matching_deployment: { status: 404, type: 'invalid_request_error', retry: false },
  not_found: { status: 404, type: 'invalid_request_error', retry: false },
  not_available_yet: { status: 404, type: 'invalid_request_error', retry: false },
  method_not_allowed: { status: 405, type: 'invalid_request_error', retry: false },
  conflict: { status: 409, type: 'invalid_request_error', retry: false },
  request_timeout: { status: 408, type: 'invalid_request_error', retry: true },
  payload_too_large: { status: 413, type: 'invalid_request_error', retry: false },
  unsupported_media_type: { status: 415, type: 'invalid_request_error', retry: false },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error', retry: true },
  client_closed: { status: 499, type: 'client_closed', retry: false },
  internal_error: { status: 500, type: 'server_error', retry: true },
  upstream_error: { status: 502, type: 'upstream_error', retry: true },
  upstream_invalid: { status: 502, type: 'upstream_error', retry: true },
  upstream_unreachable: { status: 502, type: 'upstream_error', retry: true },
  upstream_ended: { status: 502, type: 'upstream_error', retry: true },
  upstream_credential: { status: 503, type: 'upstream_error', retry: false },
  no_deployment: { status: 503, type: 'upstream_error', retry: true },
  overloaded: { status: 503, type: 'server_error', retry: true },
  ledger_unavailable: { status: 503, type: 'server_error', retry: true },
  shutting_down: { status: 503, type: 'server_error', retry: true },
  upstream_timeout: { status: 504, type: 'upstream_error', retry: true },
} as const satisfies Record<string, { status: number; type: string; retry: boolean }>;

export type GatewayErrorCode = keyof typeof gatewayErrors;

export type GatewayErrorDetails = {
  /** The field at fault, as a path: `messages[0].role`. */
  readonly param?: string | undefined;
  /** When the call would pass, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
  /** Facts for the machine: the rule, the limit, what is used, what was asked. Goes out as `error.metadata`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Why nobody can serve the request, and what would change that. Goes out as `error.availability`. */
  readonly availability?: Readonly<Record<string, unknown>> | undefined;
  /** Instead of the code's own: an upstream's, told in the caller's dialect. */
  readonly status?: number | undefined;
  /** What went wrong inside, for the log; never shown to a caller. */
  readonly cause?: unknown;
};

/** A failure that ends an exchange, thrown once and encoded by the door in its dialect. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  readonly details: GatewayErrorDetails;

  constructor(code: GatewayErrorCode, message: string, details: GatewayErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return this.details.status ?? gatewayErrors[this.code].status;
  }
}
