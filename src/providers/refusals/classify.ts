import type { TransportFailure, UpstreamHeaders } from '../upstream.ts';
import { readErrorFacts } from './error-facts.ts';
import { type RefusalKind, refusalKinds, type Verdict } from './refusal-kinds.ts';
import { readReset, readRetryAfter } from './retry-after.ts';

export type { Verdict } from './refusal-kinds.ts';

export type AttemptResult =
  | { readonly status: number; readonly headers: UpstreamHeaders | null; readonly body: Buffer }
  | { readonly failure: TransportFailure }
  /** 2xx, but not what was asked for: no JSON, an empty stream. */
  | { readonly invalidAnswer: true }
  /** An answer in good order that is not the JSON that was asked for. */
  | { readonly unfitAnswer: true }
  /** Nothing was sent: the operator's credential could not be had. */
  | { readonly noCredential: true }
  /** Nothing was sent: the request asks for this failure. */
  | { readonly played: RefusalKind };

/** By status alone, where the body says nothing better. */
export const kindsByStatus: Readonly<Record<number, RefusalKind>> = {
  400: 'request',
  401: 'credential',
  402: 'unpaid',
  403: 'credential',
  404: 'unknown-model',
  405: 'broken',
  408: 'slow',
  409: 'busy',
  413: 'request',
  415: 'request',
  422: 'request',
  424: 'broken', // Amazon Bedrock: the model failed
  425: 'busy',
  429: 'limited',
  498: 'overloaded', // Groq: the flex tier has no capacity
  499: 'busy', // Cohere, Google: cancelled
  504: 'slow',
  524: 'slow', // Cloudflare
  529: 'overloaded', // Anthropic
};

export const kindsByFailure: Readonly<Record<TransportFailure['kind'], RefusalKind>> = {
  connect: 'unreachable',
  'connect-timeout': 'not-connected',
  'first-byte-timeout': 'slow',
  'idle-timeout': 'slow',
  'total-timeout': 'slow',
  reset: 'unreachable',
  'ended-early': 'ended',
  'bad-response': 'invalid',
  aborted: 'busy',
  internal: 'internal',
};

/** `nowMs`, epoch milliseconds, is what timestamps are read against where the answer has no date of its own. */
export function classify(result: AttemptResult, nowMs: number | null = null): Verdict {
  if ('failure' in result) return failureVerdict(result.failure);
  if ('noCredential' in result) return withoutWait('credential');
  if ('invalidAnswer' in result) return withoutWait('invalid');
  if ('unfitAnswer' in result) return withoutWait('unfit');
  if ('played' in result) return withoutWait(result.played);
  const { status, headers, body } = result;
  const row = refusalKinds[statusKind(status, body, headers?.get('x-amzn-errortype') ?? null)];
  const asked = headers === null ? null : readRetryAfter(headers, nowMs);
  const isLimit = row.cause === 'rate_limit';
  return { ...row, retryAfterMs: asked ?? (isLimit ? readReset(headers, body, nowMs) : null) };
}

function withoutWait(kind: RefusalKind): Verdict {
  return { ...refusalKinds[kind], retryAfterMs: null };
}

/**
 * Nothing came, not even a status, on a connection that had been idle: the upstream had closed it meanwhile. A limit
 * that was not the deployment's own says nothing about its health: else a caller with short patience could rest it.
 */
function failureVerdict(failure: TransportFailure): Verdict {
  if (failure.kind === 'reset' && failure.reused && !failure.afterHead) return withoutWait('stale');
  const verdict = withoutWait(kindsByFailure[failure.kind]);
  return failure.isCallersLimit === true ? { ...verdict, cooldown: false } : verdict;
}

function statusKind(status: number, body: Buffer, errorType: string | null): RefusalKind {
  if (status >= 200 && status < 300) return 'answered';
  const { reason } = readErrorFacts(status, body, errorType);
  if (reason !== null) return reason;
  // Other 4xx are about the request; 3xx are never followed and mean a wrong base URL.
  return kindsByStatus[status] ?? (status >= 400 && status < 500 ? 'request' : 'broken');
}
