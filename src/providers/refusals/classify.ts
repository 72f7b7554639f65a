import type { GatewayErrorCode } from '../../inference/index.ts';
import type { TransportFailure, UpstreamHeaders } from '../upstream.ts';
import { type ErrorFacts, readErrorFacts } from './error-facts.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What came of one attempt and what it means for the next one. */
export type Verdict = {
  /** `same-again`: a stale connection, send once more on a fresh one; `stop`: no other candidate would do better. */
  readonly verdict: 'answered' | 'same-again' | 'next' | 'stop';
  readonly cause: 'error' | 'rate_limit' | 'context_window' | 'content_policy' | 'credential' | 'request' | 'timeout';
  readonly code: GatewayErrorCode;
  /** What the upstream asked for, at most an hour; null: nothing. */
  readonly retryAfterMs: number | null;
  /** Whether it counts against the deployment's health. */
  readonly cooldown: boolean;
};

export type AttemptResult =
  | { readonly status: number; readonly headers: UpstreamHeaders | null; readonly body: Buffer }
  | { readonly failure: TransportFailure }
  /** 2xx, but not what was asked for: no JSON, an empty stream. */
  | { readonly invalidAnswer: true }
  /** Nothing was sent: the operator's credential could not be had. */
  | { readonly noCredential: true };

type Row = Omit<Verdict, 'retryAfterMs'>;

const answered: Row = { verdict: 'answered', cause: 'error', code: 'upstream_error', cooldown: false };
const broken: Row = { verdict: 'next', cause: 'error', code: 'upstream_error', cooldown: true };
const invalid: Row = { verdict: 'next', cause: 'error', code: 'upstream_invalid', cooldown: true };
const limited: Row = { verdict: 'next', cause: 'rate_limit', code: 'rate_limit_exceeded', cooldown: true };
const credential: Row = { verdict: 'next', cause: 'credential', code: 'upstream_credential', cooldown: true };
const slow: Row = { verdict: 'next', cause: 'timeout', code: 'upstream_timeout', cooldown: true };
/** The name is wrong here; another deployment may know it. Its health is fine. */
const unknownModel: Row = { verdict: 'next', cause: 'error', code: 'model_not_found', cooldown: false };
const badRequest: Row = { verdict: 'stop', cause: 'request', code: 'invalid_request', cooldown: false };
const tooLong: Row = { verdict: 'stop', cause: 'context_window', code: 'invalid_request', cooldown: false };
const refused: Row = { verdict: 'stop', cause: 'content_policy', code: 'invalid_request', cooldown: false };

/** What the upstream says about the request itself comes before what its status says. */
const byReason: Readonly<Record<Exclude<ErrorFacts['reason'], null>, Row>> = {
  'context-window': tooLong,
  'content-policy': refused,
  credential,
  'unknown-model': unknownModel,
  'rate-limit': limited,
};

const byStatus: Readonly<Record<number, Row>> = {
  400: badRequest,
  401: credential,
  402: credential,
  403: credential,
  404: unknownModel,
  405: broken,
  408: slow,
  409: { ...broken, cooldown: false },
  413: badRequest,
  415: badRequest,
  422: badRequest,
  424: broken,
  425: { ...broken, cooldown: false },
  429: limited,
  498: limited,
  504: slow,
  524: slow,
  529: limited,
};

const byFailure: Readonly<Record<TransportFailure['kind'], Row>> = {
  connect: { ...broken, code: 'upstream_unreachable' },
  'connect-timeout': { ...slow, code: 'upstream_unreachable' },
  'first-byte-timeout': slow,
  'idle-timeout': slow,
  'total-timeout': slow,
  reset: { ...broken, code: 'upstream_unreachable' },
  'ended-early': { ...broken, code: 'upstream_ended' },
  'bad-response': invalid,
  aborted: { ...broken, cooldown: false },
  internal: { verdict: 'stop', cause: 'error', code: 'internal_error', cooldown: false },
};

export function classify(result: AttemptResult): Verdict {
  if ('failure' in result) return { ...failureRow(result.failure), retryAfterMs: null };
  if ('noCredential' in result) return { ...credential, retryAfterMs: null };
  if ('invalidAnswer' in result) return { ...invalid, retryAfterMs: null };
  const retryAfterMs = result.headers === null ? null : parseRetryAfter(result.headers);
  const errorType = result.headers?.get('x-amzn-errortype') ?? null;
  return { ...statusRow(result.status, result.body, errorType), retryAfterMs };
}

/**
 * Nothing came, not even a status: sending again loses nothing. Where the connection had been idle the upstream had
 * closed it meanwhile, which says nothing about its health.
 */
function failureRow(failure: TransportFailure): Row {
  const row = byFailure[failure.kind];
  const mayRepeat = (failure.kind === 'reset' || failure.kind === 'connect') && !failure.afterHead;
  return mayRepeat ? { ...row, verdict: 'same-again', cooldown: !failure.reused } : row;
}

function statusRow(status: number, body: Buffer, errorType: string | null): Row {
  if (status >= 200 && status < 300) return answered;
  const { reason } = readErrorFacts(status, body, errorType);
  if (reason !== null) return byReason[reason];
  // Other 4xx are about the request; 3xx are never followed and mean a wrong base URL.
  return byStatus[status] ?? (status >= 400 && status < 500 ? badRequest : broken);
}
