import type { GatewayError, StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { frameEvent } from '../framing/framing.ts';
import type { Framing } from '../framing/wire-event.ts';

type BrokenOff = Extract<StreamPart, { readonly type: 'error' }>;

/** Anthropic's error types by status, as its documentation has them; 529 is its own status for overload. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'timeout_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  429: 'rate_limit_error',
  499: 'invalid_request_error',
  500: 'api_error',
  502: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The other way, for an error that comes in a stream without a status. 500 where the type is unknown. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

export function statusOfType(type: string): number {
  return Object.hasOwn(STATUSES, type) ? (STATUSES[type] ?? 500) : 500;
}

export function typeOfStatus(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

export function encodeError(error: GatewayError): Buffer {
  return Buffer.from(JSON.stringify(envelope(error)));
}

export function encodeErrorEvent(error: GatewayError, framing: Framing): Buffer {
  return frameEvent(framing, { name: 'error', data: JSON.stringify(envelope(error)) });
}

/** An error that an upstream wrote into its stream, as an event of ours. */
export function errorBody({ message, code, status }: BrokenOff): JsonObject {
  const error = { type: typeOfStatus(status ?? 500), message: worded(message, code) };
  return { type: 'error', error, request_id: null };
}

function envelope(error: GatewayError): JsonObject {
  const { metadata, availability } = error.details;
  const requestId = metadata?.['request_id'];
  return {
    type: 'error',
    error: {
      type: typeOfStatus(error.status),
      message: worded(error.message, error.code),
      ...(metadata === undefined ? {} : { metadata }),
      ...(availability === undefined ? {} : { availability }),
    },
    request_id: typeof requestId === 'string' ? requestId : null,
  };
}

function worded(message: string, code: string | null): string {
  return code === 'context_length_exceeded' || saysOverflow(message) ? promptTooLong(message) : message;
}

/** How upstreams word that a prompt does not fit, in lower case. */
const WORDS: readonly string[] = [
  'prompt is too long',
  'input is too long',
  'maximum context length',
  'exceed context limit',
  'exceeds the available context size',
  'exceeds the context window',
  'exceeds the maximum number of tokens',
  'context_length_exceeded',
  'context window of this model',
  'too large to process',
];

/** Where the limit stands in it; the count is the largest number above the limit. */
const LIMITS: readonly RegExp[] = [
  /> ([\d,]+)/,
  /([\d,]+) maximum/,
  /context (?:length|size|window|limit)\D{1,20}([\d,]+)/i,
  /(?:allowed|maximum|limit)\D{1,20}([\d,]+)/i,
];

/** Anthropic's own wording is what agents look for before they compact a conversation. */
const BEGINNING = 'prompt is too long';

export function saysOverflow(message: string): boolean {
  const text = message.toLowerCase();
  return WORDS.some((words) => text.includes(words));
}

/** The same in Anthropic's words, with the numbers if the message names both. */
export function promptTooLong(message: string): string {
  if (message.startsWith(BEGINNING)) return message;
  const limit = limitIn(message);
  const count = Math.max(0, ...[...message.matchAll(/\d[\d,]*/g)].map(([digits]) => numberOf(digits)));
  if (limit !== null && count > limit) return `${BEGINNING}: ${count} tokens > ${limit} maximum`;
  return `${BEGINNING}: ${message}`;
}

function limitIn(message: string): number | null {
  for (const pattern of LIMITS) {
    const digits = pattern.exec(message)?.[1];
    if (digits !== undefined) return numberOf(digits);
  }
  return null;
}

function numberOf(digits: string): number {
  return Number(digits.replaceAll(',', ''));
}
