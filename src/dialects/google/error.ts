import type { GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { frameEvent } from '../framing/framing.ts';
import type { Framing } from '../framing/wire-event.ts';

/** google.rpc.Code by HTTP status, as google/rpc/code.proto maps them. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const HTTP_STATUSES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

export function statusWord(status: number): string {
  return STATUS_WORDS[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
}

/** The HTTP status of a google.rpc status word; null: none of them. */
export function statusOfWord(word: string): number | null {
  return Object.hasOwn(HTTP_STATUSES, word) ? (HTTP_STATUSES[word] ?? null) : null;
}

export function encodeGoogleError(error: GatewayError): Buffer {
  return Buffer.from(JSON.stringify(googleError(error)));
}

/** In a stream an error is one more event, and nothing follows; in an array it is the last member. */
export function encodeGoogleErrorEvent(error: GatewayError, framing: Framing): Buffer {
  return frameEvent(framing, { name: null, data: JSON.stringify(googleError(error)) });
}

export function googleError(error: GatewayError): JsonObject {
  const { status } = error;
  return { error: { code: status, message: messageOf(error), status: statusWord(status), details: detailsOf(error) } };
}

const OVERFLOW = 'exceeds the maximum number of tokens allowed';

/** Google has no code for a prompt that is too long: its clients know it by these words. */
function messageOf({ code, message }: GatewayError): string {
  if (code !== 'context_length_exceeded' || message.includes(OVERFLOW)) return message;
  return `The input token count ${OVERFLOW}. ${message}`;
}

/** google/rpc/error_details.proto: what clients look for are the reason, and in RetryInfo how long to wait. */
function detailsOf({ code, message, details }: GatewayError): readonly JsonObject[] {
  const { param, retryAfterMs, metadata, availability } = details;
  const told = { ...metadata, ...(availability === undefined ? {} : { availability }) };
  const facts = Object.entries(told).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const typed: JsonObject[] = [
    {
      '@type': typeUrl('ErrorInfo'),
      reason: code.toUpperCase(),
      domain: 'waybill',
      metadata: Object.fromEntries(facts),
    },
  ];
  if (param !== undefined) {
    typed.push({ '@type': typeUrl('BadRequest'), fieldViolations: [{ field: param, description: message }] });
  }
  if (retryAfterMs !== undefined) {
    typed.push({ '@type': typeUrl('RetryInfo'), retryDelay: `${retryAfterMs / 1_000}s` });
  }
  return typed;
}

function typeUrl(name: string): string {
  return `type.googleapis.com/google.rpc.${name}`;
}
